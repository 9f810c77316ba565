import { Kind } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql';

/** What an operation comes to with its fragments in their places. */
export interface OperationSize {
  depth: number;
  aliases: number;
  directives: number;
}

/** What the time to validate a document depends on. */
export interface DocumentSize {
  operations: number;
  fragments: number;
  fields: number;
  /** Pairs of fields with one name: validation compares each pair, arguments included. */
  comparisons: number;
  /** In arguments, lists and objects included. */
  values: number;
}

/** How large a document is, found in time proportional to its text. Validation compares fields and fragments in pairs. */
export function sizeOfDocument({ definitions }: DocumentNode): DocumentSize {
  const size = { operations: 0, fragments: 0, fields: 0, comparisons: 0, values: 0 };
  const seen = new Map<string, number>();
  const add = (field: FieldNode) => {
    const name = field.alias?.value ?? field.name.value;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    const values = sizeOfArguments(field);
    size.fields += 1;
    size.values += values;
    size.comparisons += before * (1 + values);
  };
  const walk = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) add(selection);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) walk(selection.selectionSet);
    }
  };
  for (const definition of definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) size.operations += 1;
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) size.fragments += 1;
    else continue;
    walk(definition.selectionSet);
  }
  return size;
}

function sizeOfArguments({ arguments: given = [] }: FieldNode): number {
  return given.reduce((sum, { value }) => sum + sizeOfValue(value), 0);
}

function sizeOfValue(value: ValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((sum, one) => sum + sizeOfValue(one), 1);
  if (value.kind === Kind.OBJECT) return value.fields.reduce((sum, one) => sum + sizeOfValue(one.value), 1);
  return 1;
}

/** Operations of a document, each with its fragments; each fragment is looked at once. */
export function sizesOfOperations({ definitions }: DocumentNode): OperationSize[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, OperationSize>();

  function sizeOf(selection: SelectionNode): OperationSize {
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? sizeOfFragment(selection.name.value)
        : sizeOfAll(selection.selectionSet);
    const isField = selection.kind === Kind.FIELD;
    // Its usual query is 15 deep; a rule of validation bounds the lists in it.
    const isIntrospection = isField && selection.name.value === '__schema';
    return {
      depth: isIntrospection ? 0 : inner.depth + (isField ? 1 : 0),
      aliases: inner.aliases + (isField && selection.alias ? 1 : 0),
      directives: inner.directives + (selection.directives?.length ?? 0),
    };
  }

  function sizeOfFragment(name: string): OperationSize {
    const size = known.get(name) ?? NOTHING;
    const fragment = fragments.get(name);
    if (known.has(name) || !fragment) return size;
    // Should it contain itself, which validation refuses, the walk ends here.
    known.set(name, NOTHING);
    const found = sizeOfAll(fragment.selectionSet);
    known.set(name, found);
    return found;
  }

  function sizeOfAll(set: SelectionSetNode | undefined): OperationSize {
    return (set?.selections ?? []).reduce((sum, selection) => {
      const size = sizeOf(selection);
      return {
        depth: Math.max(sum.depth, size.depth),
        aliases: sum.aliases + size.aliases,
        directives: sum.directives + size.directives,
      };
    }, NOTHING);
  }

  return definitions
    .filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => sizeOfAll(operation.selectionSet));
}

const NOTHING: OperationSize = { depth: 0, aliases: 0, directives: 0 };
