import { expectNoErrors, gql, snapshotTables, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const SETTINGS =
  'defaultCountry timeZone epoch unknownTags mistypedAttributes unknownAttributes unknownEvents';
const CREATE = `mutation ($input: CreateSourceInput!) { createSource(input: $input) { source { ${SETTINGS} } userErrors { code path } } }`;
const UPDATE = `mutation ($input: UpdateSourceInput!) { updateSource(input: $input) { source { ${SETTINGS} } userErrors { code path } } }`;
const AS_NEW = {
  ...{ defaultCountry: null, timeZone: null, epoch: null, unknownTags: 'WARN', mistypedAttributes: 'WARN' },
  ...{ unknownAttributes: 'DISCOVER', unknownEvents: 'DISCOVER' },
};

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const create = async (input: object) =>
  expectNoErrors(await gql(server, CREATE, { input: { name: 'A source', ...input } })).createSource;
const update = async (input: object) =>
  expectNoErrors(await gql(server, UPDATE, { input: { key: 'default', ...input } })).updateSource;

it('a new source assumes no country, zone or epoch, and warns of what it cannot use', async () => {
  expect(await create({ key: 'plain' })).toEqual({ source: AS_NEW, userErrors: [] });
  const { viewer } = expectNoErrors(await gql(server, `{ viewer { source { ${SETTINGS} } } }`));
  expect(viewer.source).toEqual(AS_NEW);
});

it('settings are kept as they were created, in one spelling', async () => {
  const input = {
    defaultCountry: ' nl ',
    timeZone: 'America/Havana',
    epoch: 'SECONDS',
    unknownTags: 'REJECT',
  };
  const { source } = await create({ key: 'set', mistypedAttributes: 'REJECT', ...input });
  expect(source).toEqual({ ...AS_NEW, ...input, mistypedAttributes: 'REJECT', defaultCountry: 'NL' });
});

it('an update changes what it names, and null takes it back', async () => {
  const { source } = await update({
    defaultCountry: 'MX',
    timeZone: 'Europe/Brussels',
    epoch: 'MILLISECONDS',
  });
  expect(source).toEqual({
    ...AS_NEW,
    ...{ defaultCountry: 'MX', timeZone: 'Europe/Brussels', epoch: 'MILLISECONDS' },
  });
  expect((await update({ unknownTags: 'REJECT', epoch: null })).source).toEqual({
    ...AS_NEW,
    ...{ defaultCountry: 'MX', timeZone: 'Europe/Brussels', epoch: null, unknownTags: 'REJECT' },
  });
  expect((await update({ defaultCountry: null, timeZone: null, unknownTags: 'WARN' })).source).toEqual(
    AS_NEW,
  );
});

it.each([
  ['defaultCountry', 'Netherlands'],
  ['defaultCountry', 'XX'],
  ['defaultCountry', 'NLD'],
  ['defaultCountry', ''],
  ['timeZone', 'Brussels'],
  ['timeZone', 'europe/brussels'],
  ['timeZone', '+01:00'],
  ['timeZone', 'Europe/Brussels\0'],
  ['timeZone', ''],
])('%s %j is refused, and nothing changes', async (field, value) => {
  const before = await snapshotTables(server);
  const refusal = { source: null, userErrors: [{ code: 'INVALID_VALUE', path: ['input', field] }] };
  expect(await update({ [field]: value })).toEqual(refusal);
  expect(await create({ key: 'refused', [field]: value })).toEqual(refusal);
  expect(await snapshotTables(server)).toEqual(before);
});
