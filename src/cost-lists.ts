import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLField, GraphQLSchema } from 'graphql';

/** Definitions bound what a person may have (5,000 tags); one of them has this many, or fewer. */
const OF_A_PERSON = 20;
/** Their objects are counted somewhere else. */
const COUNTED = 1;

/** What a list counts as in the cost of an operation, where that is not the bound in its description. */
const COSTS: Record<string, number> = {
  'Profile.tags': OF_A_PERSON,
  'Profile.terms': OF_A_PERSON,
  'Profile.derived': OF_A_PERSON,
  'Facet.attributes': OF_A_PERSON,
  'Channel.consents': OF_A_PERSON,
  // Somebody is mostly a customer, perhaps a member; and what each has is many.
  'Profile.facets': 5,
  // Systems that a company has, of which few know one attribute.
  'AttributeDefinition.sources': 10,
  // Languages that people translate into.
  'Taxonomy.labels': 10,
  'Term.labels': 10,
  // Mostly one currency.
  'DerivedValue.money': 3,
  // All levels together have no more than `Explanation.nodes`.
  'ExplanationNode.children': 10,
  // The errors of a payload count ten times, and only one of them has subjects.
  'UserError.subjects': 10,
  // By the argument `sample` of their parents.
  'SegmentPreview.sample': COUNTED,
  'SegmentUpdatePreview.entering': COUNTED,
  'SegmentUpdatePreview.leaving': COUNTED,
  // By its `ids`.
  'Query.nodes': COUNTED,
};

/**
 * Lists of objects cost what their descriptions allow, so that what is said and what is counted cannot differ.
 * @throws Error when a list of `COSTS` has another name now
 */
export function costLists(schema: GraphQLSchema): void {
  const lists = new Map(listsOfObjects(schema));
  for (const place of Object.keys(COSTS)) if (!lists.has(place)) throw new Error(`There is no list ${place}`);
  for (const [place, field] of lists) {
    const items = COSTS[place] ?? boundOf(field);
    if (items !== undefined) field.extensions = { ...field.extensions, items };
  }
}

/** The lists of objects that are neither pages nor parts of the introspection, with their places. */
export function listsOfObjects(schema: GraphQLSchema): [string, GraphQLField<unknown, unknown>][] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    if (type.name.startsWith('__') || type.name.endsWith('Connection')) return [];
    return Object.values(type.getFields())
      .filter(({ type }) => isListType(isNonNullType(type) ? type.ofType : type))
      .filter(({ type }) => isCompositeType(getNamedType(type)))
      .map((field): [string, GraphQLField<unknown, unknown>] => [`${type.name}.${field.name}`, field]);
  });
}

/** "At most 1,000 items" allows 1,000. */
function boundOf({ description }: GraphQLField<unknown, unknown>): number | undefined {
  const bound = /\bat most ([\d,]+)/i.exec(description ?? '')?.[1];
  return bound === undefined ? undefined : Number(bound.replaceAll(',', ''));
}
