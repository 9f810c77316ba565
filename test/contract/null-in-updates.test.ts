import { getNamedType, isInputObjectType, isNonNullType, isObjectType } from 'graphql';
import { createSchema } from '../../src/schema.js';
import { expectNoErrors, gql, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** What an update gives one field, as input; a whole input where the value needs others beside it. */
type Values = Record<string, unknown>;

interface Updated {
  /** Makes one with the key `thing`; absent = it is there. */
  made?: string;
  /** What shows the fields of the input, under their names. */
  shown: string;
  /** Another value than a new one has, for each field of the input that takes null. */
  values: Values;
  /** What must be said beside the value of a field for it to be taken. */
  beside?: Record<string, Values>;
  /** Fields for which null is refused with `REQUIRED`. */
  required?: readonly string[];
  /** Fields for which null is refused with a code of their own. */
  refused?: Record<string, string>;
}

const TEXTS = { label: 'A label', description: 'A description.' };
const define = (kind: string, rest = '') => `define${kind}(input: { key: "thing" ${rest} })`;
const PLAIN = { shown: 'label description', values: TEXTS };

const UPDATES: Record<string, Updated> = {
  updateAttribute: {
    made: define('Attribute', 'type: TEXT'),
    shown: `label description allowedValues expectedEverySeconds isAudited isPersonal isRequired isSearchable
      isShownInLists sources: sourceKeys`,
    values: {
      ...TEXTS,
      ...{ allowedValues: ['a'], expectedEverySeconds: 60, isAudited: true, isPersonal: true },
      ...{ isRequired: true, isSearchable: true, isShownInLists: true, sources: ['default'] },
    },
  },
  updateDerivedAttribute: {
    made: define('DerivedAttribute', 'function: COUNT'),
    shown:
      'label description currency function less { type path } path type where { path } withinLast { days hours }',
    values: {
      ...TEXTS,
      ...{ currency: 'EUR', function: 'LAST_AT', less: { type: 'refund' }, path: 'total', type: 'purchase' },
      ...{ where: [{ path: 'total', is: { gt: 1 } }], withinLast: { days: 3 } },
    },
    beside: {
      currency: { function: 'SUM', path: 'total', type: 'purchase' },
      path: { function: 'LAST_AT', type: 'purchase' },
      where: { type: 'purchase' },
    },
    required: ['function'],
  },
  updateEventType: {
    made: define('EventType'),
    shown: 'label description properties { key }',
    values: { ...TEXTS, properties: [{ key: 'total', type: 'NUMBER' }] },
    // It takes what it took before.
    refused: { properties: 'CONTRACT_NARROWED' },
  },
  updateIdentifierNamespace: {
    made: define('IdentifierNamespace', 'semanticType: OTHER'),
    shown:
      'label description blockedPatterns blockedValues canMergeProfiles maxPerProfile normalizer priority',
    values: {
      ...TEXTS,
      ...{ blockedPatterns: ['^x'], blockedValues: ['nobody'], canMergeProfiles: false, maxPerProfile: 7 },
      ...{ normalizer: 'EMAIL', priority: 7 },
    },
  },
  updateProfileSchema: {
    made: define('ProfileSchema'),
    shown: 'label description attributes: attributeKeys badge isDefault tags: tagKeys terms { key }',
    values: {
      ...TEXTS,
      ...{ attributes: ['city'], badge: 'B', isDefault: true, tags: ['vip'] },
      terms: [{ taxonomy: 'topics', term: 'delivery' }],
    },
  },
  updatePurpose: { made: define('Purpose'), ...PLAIN },
  updateQuarantinedItem: { shown: '', values: {} },
  updateSegment: {
    made: 'createSegment(input: { key: "thing", name: "Thing", rule: { all: [] } })',
    shown: 'name description expiresAt exitRule rule targetState',
    values: {
      ...{ name: 'Another', description: 'A description.', expiresAt: '2099-01-01T00:00:00.000Z' },
      ...{ rule: { any: [] }, exitRule: { any: [] }, targetState: 'PAUSED' },
    },
    required: ['name', 'rule', 'targetState'],
  },
  updateSource: {
    made: 'createSource(input: { key: "thing", name: "Thing" })',
    shown:
      'name defaultCountry epoch timeZone mistypedAttributes unknownAttributes unknownEvents unknownTags',
    values: {
      ...{ name: 'Another', defaultCountry: 'NL', epoch: 'SECONDS', timeZone: 'Europe/Brussels' },
      ...{ mistypedAttributes: 'REJECT', unknownAttributes: 'REJECT' },
      ...{ unknownEvents: 'REJECT', unknownTags: 'REJECT' },
    },
    required: ['name', 'mistypedAttributes', 'unknownAttributes', 'unknownEvents', 'unknownTags'],
  },
  updateTag: { made: define('Tag'), ...PLAIN },
  updateTaxonomy: {
    made: define('Taxonomy'),
    shown: 'label description labels { locale text } schemas: schemaKeys terms { nodes { key } }',
    values: {
      ...TEXTS,
      ...{ labels: [{ locale: 'nl', text: 'Naam' }], schemas: ['member'] },
      terms: [{ key: 'one', label: 'One' }],
    },
  },
  updateWorkspace: {
    shown: 'name timeZone currency',
    values: { name: 'Another', timeZone: 'Europe/Brussels', currency: 'EUR' },
    required: ['name', 'timeZone', 'currency'],
  },
};

const SCHEMA = createSchema();
const MUTATIONS = Object.values(SCHEMA.getMutationType()?.getFields() ?? {}).filter(({ name }) =>
  /^update[A-Z]/.test(name),
);
/** It says how to change, not what. */
const NOT_A_FIELD = 'ifUnchangedSince';

function clearable(mutation: (typeof MUTATIONS)[number]): string[] {
  const input = getNamedType(mutation.args[0]?.type);
  if (!isInputObjectType(input)) throw new Error(`${mutation.name} takes no input.`);
  return Object.values(input.getFields()).flatMap(({ name, type }) =>
    isNonNullType(type) || name === NOT_A_FIELD ? [] : name,
  );
}

/** The field of its payload that holds what was changed. */
function fieldOf(mutation: (typeof MUTATIONS)[number]): string {
  const payload = getNamedType(mutation.type);
  if (!isObjectType(payload)) throw new Error(`${mutation.name} has no payload.`);
  return Object.keys(payload.getFields()).find((name) => name !== 'userErrors') ?? '';
}

it('knows every update and every field of it that takes null', () => {
  const known = Object.entries(UPDATES).map(([name, { values }]) => [name, Object.keys(values).sort()]);
  expect(Object.fromEntries(known)).toEqual(
    Object.fromEntries(MUTATIONS.map((mutation) => [mutation.name, clearable(mutation).sort()])),
  );
});

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const CASES = MUTATIONS.flatMap((mutation) =>
  clearable(mutation).map((field): [string, string, (typeof MUTATIONS)[number]] => [
    mutation.name,
    field,
    mutation,
  ]),
);

it.each(CASES)('%s with `%s: null` clears it, or refuses to', async (name, field, mutation) => {
  const { made, shown, values, beside = {}, required = [], refused = {} } = UPDATES[name] as Updated;
  const tenant = { ...server, ...(await newTenant(server)) };
  const key = made === undefined ? {} : { key: 'thing' };
  const update = async (input: Values) => {
    const query = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
      ${name}(input: $input) { thing: ${fieldOf(mutation)} { ${shown} } userErrors { code path } } }`;
    return expectNoErrors(await gql(tenant, query, { input: { ...key, ...input } }))[name];
  };
  await gql(tenant, `mutation { ${made ?? '__typename'} ${made ? '{ userErrors { code } }' : ''} }`);
  await gql(
    tenant,
    `mutation {
      defineTag(input: { key: "vip" }) { userErrors { code } }
      defineTaxonomy(input: { key: "topics", terms: [{ key: "delivery", label: "Delivery" }] }) { userErrors { code } }
    }`,
  );
  const blank = (await update({})).thing[field];
  const before = await update({ ...beside[field], [field]: values[field] });
  expect(before.userErrors).toEqual([]);
  expect(before.thing[field]).not.toEqual(blank);
  const after = await update({ [field]: null });
  const code = required.includes(field) ? 'REQUIRED' : refused[field];
  if (code === undefined) {
    expect(after).toEqual({ thing: { ...before.thing, [field]: blank }, userErrors: [] });
  } else {
    expect(after).toEqual({ thing: null, userErrors: [{ code, path: ['input', field] }] });
    expect((await update({})).thing).toEqual(before.thing);
  }
});
