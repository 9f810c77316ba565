import { readFile } from 'node:fs/promises';
import {
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import type { GraphQLArgument, GraphQLNamedType, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { createSchema, printedSchema } from '../../src/schema.js';

/** What introspection tells of a type, a field, an argument or a value. */
interface Listed {
  name: string;
  fields?: Listed[] | null;
  inputFields?: Listed[] | null;
  enumValues?: Listed[] | null;
  args?: Listed[];
}

let schema: GraphQLSchema;

beforeAll(() => {
  schema = createSchema();
});

it('is the schema that is committed in schema.graphql', async () => {
  expect(printedSchema()).toBe(await readFile('schema.graphql', 'utf8'));
});

it('shows types, fields, arguments and values in the order of their names', () => {
  const types = introspectionFromSchema(schema).__schema.types as unknown as Listed[];
  const lists: Record<string, Listed[]> = { types };
  for (const { name, fields, inputFields, enumValues } of types) {
    lists[name] = fields ?? inputFields ?? enumValues ?? [];
    for (const field of fields ?? []) lists[`${name}.${field.name}`] = field.args ?? [];
  }
  for (const [place, list] of Object.entries(lists)) {
    // Introspection itself is as GraphQL.js has it.
    if (place.startsWith('__')) continue;
    const names = list.map(({ name }) => name).filter((name) => !name.startsWith('__'));
    expect([place, names]).toEqual([place, names.toSorted()]);
  }
});

it('describes every type, field, argument, input field and enum value', () => {
  const undescribed = elementsOf(schema)
    .filter(({ description }) => !description || description.trim().length < 4)
    .map(({ place }) => place);
  expect(undescribed).toEqual([]);
});

it('says of every scalar of its own what specifies it', () => {
  const own = Object.values(schema.getTypeMap())
    .filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
    .map((type) => [type.name, (type as GraphQLScalarType).specifiedByURL]);
  expect(Object.fromEntries(own)).toEqual({
    DateTime: 'https://scalars.graphql.org/andimarek/date-time.html',
    Decimal: expect.stringMatching(/^https?:\/\//),
    JSON: expect.stringMatching(/^https?:\/\//),
    Rule: expect.stringMatching(/^https?:\/\//),
  });
});

it('says that whatever can be one of several things is @oneOf', () => {
  const oneOf = Object.values(schema.getTypeMap())
    .filter((type) => isInputObjectType(type) && type.isOneOf)
    .map((type) => type.name)
    .sort();
  expect(oneOf).toEqual([
    'AudienceInput',
    'ComparisonInput',
    'CountInput',
    'QuarantineSelectionInput',
    'RuleInput',
  ]);
});

it('gives every connection edges with cursors, nodes and page info', () => {
  const connections = Object.values(schema.getTypeMap()).filter((type) => type.name.endsWith('Connection'));
  expect(connections.map((type) => type.name).sort()).toEqual([
    'ApiKeyConnection',
    'AttributeChangeConnection',
    'ChannelConnection',
    'ConsentChangeConnection',
    'EventConnection',
    'IdentifierConnection',
    'IdentityConflictConnection',
    'ProfileConnection',
    'ProfileMergeConnection',
    'QuarantineConnection',
    'RunConnection',
    'SegmentChangeConnection',
    'SegmentConnection',
    'SegmentMemberConnection',
    'SegmentMembershipConnection',
    'SegmentVersionConnection',
    'SourceConnection',
    'TermConnection',
  ]);
  for (const connection of connections) {
    const fields = fieldsOf(connection);
    expect([connection.name, fields.pageInfo]).toEqual([connection.name, 'PageInfo!']);
    const node = /^\[(\w+)!]!$/.exec(fields.nodes ?? '')?.[1];
    const edge = /^\[(\w+Edge)!]!$/.exec(fields.edges ?? '')?.[1] ?? '';
    expect(fieldsOf(schema.getType(edge))).toMatchObject({ cursor: 'String!', node: `${node}!` });
  }
});

it('takes one input in every mutation, and answers with user errors in all but ingest, which has them per item', () => {
  for (const mutation of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    expect([mutation.name, mutation.args.map((argument) => argument.name)]).toEqual([
      mutation.name,
      ['input'],
    ]);
    const payload = fieldsOf(schema.getType(mutation.type.toString().replace('!', '')));
    if (mutation.name === 'ingest')
      expect(fieldsOf(schema.getType('IngestResult')).errors).toBe('[UserError!]!');
    else expect([mutation.name, payload.userErrors]).toEqual([mutation.name, '[UserError!]!']);
  }
});

/** The names that programs rely on (contract.md), with what the foundation has of them. */
const CORE: Record<string, Record<string, string>> = {
  Query: {
    'node(id: ID!)': 'Node',
    'nodes(ids: [ID!]!)': '[Node]!',
    viewer: 'Viewer!',
    'profile(id: ID!)': 'Profile',
    'profileByIdentifier(namespace: String!, value: String!, defaultCountry: String)': 'Profile',
    'profiles(where: RuleInput, orderBy: [ProfileOrder!], first: Int, after: String, last: Int, before: String)':
      'ProfileConnection!',
    'segment(key: String!)': 'Segment',
    'segments(filter: SegmentFilterInput, orderBy: [SegmentOrder!], first: Int, after: String, last: Int, before: String)':
      'SegmentConnection!',
    'previewSegmentUpdate(input: UpdateSegmentInput!, sample: Int! = 10)': 'SegmentUpdatePreview',
    'explainSegment(audience: AudienceInput!, profileId: ID!)': 'Explanation!',
    'previewSegment(rule: RuleInput!, sample: Int! = 10, answerWithinMs: Int)': 'SegmentPreview',
    'segmentChanges(segments: [String!], first: Int, after: String, last: Int, before: String)':
      'SegmentChangeConnection!',
    identifierNamespaces: '[IdentifierNamespace!]!',
    'sources(first: Int, after: String, last: Int, before: String)': 'SourceConnection!',
    'source(key: String!)': 'Source',
    'apiKeys(filter: ApiKeyFilterInput, first: Int, after: String, last: Int, before: String)':
      'ApiKeyConnection!',
  },
  Mutation: {
    'ingest(input: IngestInput!)': 'IngestPayload',
    'createSegment(input: CreateSegmentInput!)': 'SegmentPayload',
    'updateSegment(input: UpdateSegmentInput!)': 'SegmentPayload',
    'deleteSegment(input: DeleteSegmentInput!)': 'DeleteSegmentPayload',
    'defineIdentifierNamespace(input: DefineIdentifierNamespaceInput!)': 'IdentifierNamespacePayload',
    'updateIdentifierNamespace(input: UpdateIdentifierNamespaceInput!)': 'IdentifierNamespacePayload',
    'deleteIdentifierNamespace(input: DeleteIdentifierNamespaceInput!)': 'DeleteIdentifierNamespacePayload',
    'verifyIdentifier(input: VerifyIdentifierInput!)': 'IdentifierPayload',
    'labelIdentifier(input: LabelIdentifierInput!)': 'IdentifierPayload',
    'removeIdentifier(input: RemoveIdentifierInput!)': 'IdentifierPayload',
    'createSource(input: CreateSourceInput!)': 'SourcePayload',
    'createApiKey(input: CreateApiKeyInput!)': 'CreateApiKeyPayload',
    'revokeApiKey(input: RevokeApiKeyInput!)': 'ApiKeyPayload',
  },
  Subscription: {
    'segmentChanges(segments: [String!], after: String)': 'SegmentChange!',
    'segmentBuild(key: String!)': 'BuildRun!',
    'runChanges(id: ID, kinds: [RunKind!])': 'Run!',
  },
  IngestInput: { items: '[IngestItemInput!]!' },
  IngestItemInput: {
    externalId: 'String!',
    occurredAt: 'DateTime',
    identifiers: '[IdentifierInput!]!',
    type: 'String',
    properties: 'JSON',
    attributes: 'JSON',
  },
  IdentifierInput: { namespace: 'String!', value: 'String!' },
  IngestPayload: {
    results: '[IngestResult!]!',
    accepted: 'Int!',
    duplicates: 'Int!',
    conflicts: 'Int!',
    rejected: 'Int!',
    withWarnings: 'Int!',
  },
  IngestResult: {
    status: 'IngestStatus!',
    externalId: 'String',
    eventId: 'ID',
    profileId: 'ID',
    errors: '[UserError!]!',
    warnings: '[UserError!]!',
  },
  IngestStatus: { ACCEPTED: '', DUPLICATE: '', CONFLICT: '', REJECTED: '' },
  UserError: { code: 'String!', message: 'String!', path: '[String!]!' },
  Profile: {
    id: 'ID!',
    name: 'String',
    email: 'String',
    phone: 'String',
    'attributes(keys: [String!])': '[AttributeValue!]!',
    'attribute(key: String!)': 'JSON',
    'identifiers(first: Int, after: String, last: Int, before: String)': 'IdentifierConnection!',
    'channels(types: [ChannelType!], first: Int, after: String, last: Int, before: String)':
      'ChannelConnection!',
    'events(types: [String!], from: DateTime, to: DateTime, first: Int, after: String, last: Int, before: String)':
      'EventConnection!',
    'segments(first: Int, after: String, last: Int, before: String)': 'SegmentMembershipConnection!',
    'segmentHistory(first: Int, after: String, last: Int, before: String)': 'SegmentChangeConnection!',
    createdAt: 'DateTime!',
    updatedAt: 'DateTime!',
  },
  Identifier: {
    id: 'ID!',
    namespace: 'IdentifierNamespace!',
    namespaceKey: 'String!',
    isMasked: 'Boolean!',
    profile: 'Profile',
    semanticType: 'SemanticType!',
    value: 'String!',
    label: 'String',
    source: 'Source',
    firstSeenAt: 'DateTime!',
    lastSeenAt: 'DateTime!',
    verifiedAt: 'DateTime',
    verifiedBy: 'VerificationMethod',
  },
  IdentifierNamespace: {
    key: 'String!',
    semanticType: 'SemanticType!',
    normalizer: 'Normalizer!',
    priority: 'Int!',
    maxPerProfile: 'Int',
    blockedValues: '[String!]!',
    blockedPatterns: '[String!]!',
    canMergeProfiles: 'Boolean!',
  },
  SemanticType: {
    EXTERNAL: '',
    EMAIL: '',
    PHONE: '',
    DEVICE: '',
    OAUTH: '',
    UUID: '',
    SOCIAL: '',
    OTHER: '',
  },
  VerificationMethod: { CODE: '', LINK: '', MANUAL: '', IMPORTED: '' },
  AttributeValue: {
    key: 'String!',
    value: 'JSON',
    isMasked: 'Boolean!',
    source: 'Source',
    setAt: 'DateTime!',
  },
  SegmentMembership: { segment: 'Segment!', enteredAt: 'DateTime!' },
  SegmentMembershipEdge: { cursor: 'String!', enteredAt: 'DateTime!', node: 'SegmentMembership!' },
  SegmentMemberEdge: { cursor: 'String!', enteredAt: 'DateTime!', node: 'Profile!' },
  Segment: {
    id: 'ID!',
    key: 'String!',
    name: 'String!',
    description: 'String',
    rule: 'Rule!',
    summary: 'String!',
    state: 'SegmentState!',
    build: 'BuildRun',
    size: 'Int!',
    'members(asOf: DateTime, first: Int, after: String, last: Int, before: String)':
      'SegmentMemberConnection!',
    'changes(first: Int, after: String, last: Int, before: String)': 'SegmentChangeConnection!',
  },
  SegmentState: { BUILDING: '', LIVE: '', PAUSED: '', FAILED: '' },
  SegmentChange: {
    cursor: 'String!',
    kind: 'SegmentChangeKind!',
    segment: 'Segment!',
    profile: 'Profile!',
    at: 'DateTime!',
    cause: 'SegmentChangeCause!',
  },
  SegmentChangeKind: { ENTERED: '', EXITED: '' },
  SegmentChangeCause: { INGEST: '', TIME: '', BUILD: '', MERGE: '', UNMERGE: '', ERASURE: '' },
  Scope: { INGEST: '', READ: '', READ_PII: '', SUBSCRIBE: '', EXPORT: '', MANAGE: '', ADMIN: '' },
  RuleInput: {
    all: '[RuleInput!]',
    any: '[RuleInput!]',
    not: 'RuleInput',
    attribute: 'ValueRuleInput',
    event: 'EventRuleInput',
    segment: 'SegmentRuleInput',
  },
  ValueRuleInput: { key: 'String!', is: 'ComparisonInput!' },
  ComparisonInput: {
    equals: 'JSON',
    notEquals: 'JSON',
    in: '[JSON!]',
    notIn: '[JSON!]',
    gt: 'JSON',
    gte: 'JSON',
    lt: 'JSON',
    lte: 'JSON',
    between: 'RangeInput',
    contains: 'String',
    startsWith: 'String',
    endsWith: 'String',
    hasAny: '[JSON!]',
    hasAll: '[JSON!]',
    hasNone: '[JSON!]',
    exists: 'Boolean',
  },
  DurationInput: { days: 'Int', hours: 'Int', minutes: 'Int' },
  EventRuleInput: {
    type: 'String!',
    where: '[PropertyRuleInput!]',
    withinLast: 'DurationInput',
    from: 'DateTime',
    to: 'DateTime',
    count: 'CountInput',
  },
  CountInput: { atLeast: 'Int', atMost: 'Int', exactly: 'Int' },
  SegmentRuleInput: { key: 'String!' },
  PageInfo: {
    hasNextPage: 'Boolean!',
    hasPreviousPage: 'Boolean!',
    startCursor: 'String',
    endCursor: 'String',
  },
};

it.each(Object.keys(CORE))('keeps what the contract says of %s', (name) => {
  expect(fieldsOf(schema.getType(name))).toMatchObject(sortArguments(CORE[name] ?? {}));
});

/** Fields with their arguments (in alphabetical order), or the values of an enum, with their types. */
function fieldsOf(type: GraphQLNamedType | undefined): Record<string, string> {
  if (isEnumType(type)) return Object.fromEntries(type.getValues().map((value) => [value.name, '']));
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, String(field.type)]),
    );
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return {};
  return sortArguments(
    Object.fromEntries(
      Object.values(type.getFields()).map((field) => {
        const args = field.args.map(
          (argument) =>
            `${argument.name}: ${argument.type.toString()}${argument.defaultValue === undefined ? '' : ` = ${JSON.stringify(argument.defaultValue)}`}`,
        );
        return [args.length > 0 ? `${field.name}(${args.join(', ')})` : field.name, String(field.type)];
      }),
    ),
  );
}

function sortArguments(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([signature, type]) => [
      signature.replace(/\((.*)\)/, (_, args: string) => `(${args.split(', ').sort().join(', ')})`),
      type,
    ]),
  );
}

/** Everything that has a description. */
function elementsOf(of: GraphQLSchema): { place: string; description: string | null | undefined }[] {
  return Object.values(of.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [{ place: type.name, description: type.description }, ...membersOf(type)]);
}

function membersOf(type: GraphQLNamedType): { place: string; description: string | null | undefined }[] {
  if (isEnumType(type)) {
    return type
      .getValues()
      .map((value) => ({ place: `${type.name}.${value.name}`, description: value.description }));
  }
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    { place: `${type.name}.${field.name}`, description: field.description },
    ...('args' in field ? (field.args as readonly GraphQLArgument[]) : []).map((argument) => ({
      place: `${type.name}.${field.name}(${argument.name})`,
      description: argument.description,
    })),
  ]);
}
