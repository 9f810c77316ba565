import { buildSchema, parse, print, visit } from 'graphql';
import type { ASTNode } from 'graphql';
// @ts-expect-error -- plain JavaScript, as `npm run check` runs it
import { EXCEPTIONS, faultsOf } from '../../lint-schema.js';
import { createSchema } from '../../src/schema.js';

/** What is found in a schema that follows the patterns but for what is given, by `pattern place`. */
function found(sdl: string, exceptions: Record<string, string> = {}): string[] {
  const all = parse(`${described(SOUND)}\n${described(sdl)}`);
  const faults = faultsOf(buildSchema(print(all)), exceptions) as { key: string }[];
  return faults.map(({ key }) => key).sort();
}

/** The types, with a description wherever there is none. */
function described(sdl: string): string {
  if (sdl.trim() === '') return '';
  const value = 'What it is.';
  const scoped = 'What it is. Needs READ or MANAGE.';
  const describe = <T extends ASTNode>(node: T, text: string): T =>
    'description' in node && node.description
      ? node
      : { ...node, description: { kind: 'StringValue', value: text } };
  const plain = (node: ASTNode) => describe(node, value);
  return print(
    visit(parse(sdl), {
      ObjectTypeDefinition: plain,
      ObjectTypeExtension: {
        leave: (node) => ({
          ...node,
          fields: node.fields?.map((field) =>
            field.description?.value === value
              ? { ...field, description: { kind: 'StringValue' as const, value: scoped } }
              : field,
          ),
        }),
      },
      ...Object.fromEntries(
        [
          'InterfaceTypeDefinition',
          'InputObjectTypeDefinition',
          'EnumTypeDefinition',
          'EnumValueDefinition',
          'ScalarTypeDefinition',
          'FieldDefinition',
          'InputValueDefinition',
        ].map((kind) => [kind, plain]),
      ),
    }),
  );
}

const SOUND = `
  type Query
  type Mutation
  interface Node { id: ID! }
  interface Definition implements Node { id: ID! }
  scalar DateTime
  type UserError { code: String! }
  enum OrderDirection { ASC DESC }
  type PageInfo { hasNextPage: Boolean! }

  type Tag implements Definition & Node { id: ID!  createdAt: DateTime!  isShipped: Boolean! }
  type TagEdge { cursor: String!  node: Tag! }
  type TagConnection { edges: [TagEdge!]!  nodes: [Tag!]!  pageInfo: PageInfo! }
  enum TagOrderField { KEY }
  input TagOrder { field: TagOrderField!  direction: OrderDirection! = ASC }
  input TagFilterInput { canMerge: Boolean  from: DateTime }
  input DefineTagInput { allowUndefined: Boolean }
  input UpdateTagInput { ifUnchangedSince: DateTime }
  input DeleteTagInput { key: String! }
  type TagPayload { tag: Tag  userErrors: [UserError!]! }
  type DeleteTagPayload { deletedId: ID  deletedKey: String  tag: Tag  userErrors: [UserError!]! }

  extend type Query {
    tag(key: String!): Tag
    tags(filter: TagFilterInput, orderBy: [TagOrder!], first: Int, after: String, last: Int, before: String): TagConnection!
    previewTag(input: UpdateTagInput!): Tag
  }
  extend type Mutation {
    defineTag(input: DefineTagInput!): TagPayload
    updateTag(input: UpdateTagInput!): TagPayload
    deleteTag(input: DeleteTagInput!): DeleteTagPayload
  }`;

it('finds nothing in a schema that follows the patterns', () => {
  expect(found('')).toEqual([]);
});

const INPUT = 'input MarkTagInput { key: String! }';
const marked = (payload: string) =>
  `${INPUT} ${payload} extend type Mutation { markTag(input: MarkTagInput!): TagPayload }`;

it.each([
  [
    'a missing description',
    '"" type Badge { "" text: String }',
    ['description Badge', 'description Badge.text'],
  ],
  [
    'a root field that does not say its scopes',
    'extend type Query { "One badge." badge: String }',
    ['scopes Query.badge'],
  ],
  [
    'a root field that says its scopes twice',
    'extend type Query { "One badge. Needs READ. Needs READ." badge: String }',
    ['scopes Query.badge'],
  ],
  [
    'British spelling, in names and descriptions',
    'type Badge { colour: String  "In the centre." place: String }',
    ['spelling Badge.colour', 'spelling Badge.place'],
  ],
  [
    'words and beginnings that are not used',
    'type Badge { help: String  "It is made anew." a: String  "It counts. Of two, one." b: String }',
    ['words Badge.a', 'words Badge.b', 'words Badge.help'],
  ],
  [
    'roots that are not nullable',
    `${INPUT} extend type Query { previewBadge: String! } extend type Mutation { markTag(input: MarkTagInput!): TagPayload! }`,
    ['nullable Mutation.markTag', 'nullable Query.previewBadge'],
  ],
  [
    'a mutation without its one input',
    'extend type Mutation { markTag(key: String!): TagPayload }',
    ['input Mutation.markTag'],
  ],
  [
    'an input that two mutations share',
    `input RenameTagInput { mark: MarkTagInput } ${marked('')}
    extend type Mutation { renameTag(input: RenameTagInput!): TagPayload }`,
    ['input Mutation.markTag'],
  ],
  [
    'payloads of another shape',
    `${INPUT} input DeleteBadgeInput { key: String! } input DropTagInput { key: String! }
    type MarkTagPayload { tag: Tag!  userErrors: [UserError!]! } type DeleteBadgePayload { userErrors: [UserError!]! }
    extend type Mutation {
      markTag(input: MarkTagInput!): MarkTagPayload  dropTag(input: DropTagInput!): Tag
      deleteBadge(input: DeleteBadgeInput!): DeleteBadgePayload
    }`,
    ['payload Mutation.deleteBadge', 'payload Mutation.dropTag', 'payload Mutation.markTag'],
  ],
  [
    'an update that nobody can make conditional',
    'input UpdateTagsInput { key: String! } type TagsPayload { userErrors: [UserError!]! } extend type Mutation { updateTags(input: UpdateTagsInput!): TagsPayload }',
    ['unchanged Mutation.updateTags'],
  ],
  [
    'what is defined and is no definition, or is not found by its key',
    `type Badge { key: String! } type BadgePayload { badge: Badge  userErrors: [UserError!]! } input DefineBadgeInput { key: String! }
    type Mark implements Definition & Node { id: ID! } type MarkPayload { mark: Mark  userErrors: [UserError!]! } input DefineMarkInput { key: String! }
    extend type Mutation { defineBadge(input: DefineBadgeInput!): BadgePayload  defineMark(input: DefineMarkInput!): MarkPayload }`,
    ['definition Mutation.defineBadge', 'definition Mutation.defineMark'],
  ],
  ['what has an id and is no node', 'type Badge { id: ID! }', ['node Badge']],
  [
    'a list without pages that has no bound',
    'type Badge { marks: [String!]!  "At most 2,000." few: [String!]!  "What is there." errors: [UserError!]! }',
    ['list Badge.marks'],
  ],
  [
    'a connection that is walked one way',
    'type Badge { tags(first: Int, after: String): TagConnection! }',
    ['pages Badge.tags'],
  ],
  [
    'booleans by other names',
    'type Badge { exists: Boolean!  big: Boolean } input BadgeInput { exists: Boolean  big: Boolean }',
    ['boolean Badge.big', 'boolean Badge.exists', 'boolean BadgeInput.big'],
  ],
  [
    'instants by other names, and what is called like one',
    'type Badge { from: DateTime  made: DateTime  madeAt: String } input BadgeInput { from: DateTime  at: DateTime }',
    ['date Badge.from', 'date Badge.made', 'date Badge.madeAt', 'date BadgeInput.at'],
  ],
  [
    'an order of another shape',
    `input BadgeOrder { field: TagOrderField!  direction: OrderDirection! = ASC }
    type Badge { a(orderBy: TagOrderField): Int  b(orderBy: [BadgeOrder!]): Int  c(orderBy: TagOrder): Int }`,
    ['orderBy Badge.a(orderBy)', 'orderBy Badge.b(orderBy)', 'orderBy Badge.c(orderBy)'],
  ],
  [
    'inputs by other names',
    'input BadgeInput { a: Int } input Badge { a: Int } type B { b(filter: BadgeInput, badge: Badge): Int }',
    ['filter B.b(filter)', 'inputName Badge'],
  ],
])('finds %s', (_, sdl, faults) => {
  expect(found(sdl)).toEqual(faults);
});

it('takes an exception, and finds one that is not needed', () => {
  const exceptions = { 'node Badge': 'It is shown only here.', 'node Tag': 'Not needed.' };
  expect(found('type Badge { id: ID! }', exceptions)).toEqual(['node Tag']);
});

it('finds nothing in the schema of the server', () => {
  expect(faultsOf(createSchema(), EXCEPTIONS)).toEqual([]);
});
