import { Kind, OperationTypeNode, parse, print } from 'graphql';
import type { DocumentNode } from 'graphql';

export interface Prepared {
  query: string;
  /** Whether doing it twice is the same as doing it once. */
  isIdempotent: boolean;
}

const known = new WeakMap<DocumentNode, Prepared>();

/** What is sent for a document, and what we know about it. */
export function prepareDocument(document: DocumentNode | string): Prepared {
  if (typeof document === 'string') return { query: document, isIdempotent: isIdempotent(parsed(document)) };
  const found = known.get(document);
  if (found) return found;
  const made = { query: print(document), isIdempotent: isIdempotent(document) };
  known.set(document, made);
  return made;
}

/** Undefined for what is not GraphQL: the server says best what is wrong with it. */
function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return undefined;
  }
}

function isIdempotent(document: DocumentNode | undefined): boolean {
  return document?.definitions.every(isRepeatable) ?? false;
}

/** Queries are; among mutations only `ingest`, whose items carry ids of their own. */
function isRepeatable(definition: DocumentNode['definitions'][number]): boolean {
  if (definition.kind !== Kind.OPERATION_DEFINITION) return true;
  if (definition.operation !== OperationTypeNode.MUTATION) return true;
  return definition.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'ingest',
  );
}
