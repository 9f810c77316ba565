import { getNamedType, isInputObjectType, Lexer, Source, TokenKind, typeFromAST } from 'graphql';
import type { GraphQLInputType, GraphQLSchema, OperationDefinitionNode, Token } from 'graphql';

/** Whatever nests in a document stands in brackets. */
const BRACKETS = /[[({]/g;
const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Inputs that hold others of their kind. What nests too deep in these is cut off where it is too deep by far, and left
 * to the one who reads them to refuse, with its place.
 */
export interface Nestable {
  /** The fields that lead from one to the next. */
  readonly fields: ReadonlySet<string>;
  /** A field that can hold an empty list, for what stands in place of what is cut off. */
  readonly empty: string;
}

/**
 * Bounds how deep a document nests, before it is parsed: GraphQL.js goes down as deep as the text does, at parsing and
 * ever after. This takes no stack, whatever the text.
 * @returns a text within the bound; null when there is none
 * @throws GraphQLError where the text is no GraphQL
 */
export function boundDocument(text: string, depth: number, { fields, empty }: Nestable): string | null {
  if ((text.match(BRACKETS)?.length ?? 0) <= depth) return text;
  const lexer = new Lexer(new Source(text));
  const cuts: { from: number; to: number; instead: string }[] = [];
  // The field that each bracket belongs to; a bracket in a list belongs to that of the list.
  const owners: string[] = [];
  let name = '';
  for (let token: Token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (token.kind === TokenKind.NAME) name = token.value;
    if (OPENING.has(token.kind)) {
      owners.push(token.prev?.kind === TokenKind.COLON ? name : (owners.at(-1) ?? ''));
      if (owners.length !== depth) continue;
      if (!fields.has(owners.at(-1) ?? '')) return null;
      const instead = token.kind === TokenKind.BRACE_L ? `${empty}: []` : '';
      cuts.push({ from: token.end, to: text.length, instead });
    } else if (CLOSING.has(token.kind)) {
      const [cut] = cuts.slice(-1);
      if (owners.length === depth && cut) cut.to = token.start;
      owners.pop();
    }
  }
  return cuts.reduceRight(
    (kept, { from, to, instead }) => kept.slice(0, from) + instead + kept.slice(to),
    text,
  );
}

interface Place {
  value: unknown;
  type: GraphQLInputType | undefined;
  /** How many of the fields are around it. */
  count: number;
}

/**
 * The same for the variables of an operation, which are changed: where more than `depth` of the fields stand in one
 * another. Values of scalars, such as JSON, stay as they are.
 */
export function boundVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  { depth, nestable: { fields, empty } }: { depth: number; nestable: Nestable },
): void {
  const left = variableDefinitions.map(({ variable, type }): Place => ({
    value: variables[variable.name.value],
    type: typeFromAST(schema, type) as GraphQLInputType | undefined,
    count: 0,
  }));
  for (let place = left.pop(); place; place = left.pop()) {
    const { value, count } = place;
    const type = getNamedType(place.type);
    if (typeof value !== 'object' || value === null || !isInputObjectType(type)) continue;
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) left.push({ value: one, type, count });
      continue;
    }
    const record = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(type.getFields())) {
      const inside = count + (fields.has(name) ? 1 : 0);
      if (inside > depth && record[name] != null)
        record[name] = Array.isArray(record[name]) ? [] : { [empty]: [] };
      else left.push({ value: record[name], type: field.type, count: inside });
    }
  }
}
