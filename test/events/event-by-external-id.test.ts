import {
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';

const QUERY = `query ($source: String!, $externalId: String!) {
  eventByExternalId(source: $source, externalId: $externalId) { id type profile { id } } }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const ask = (externalId: string, asking: Asking = {}, source = 'default') =>
  gql(server, QUERY, { source, externalId }, asking);
const found = async (...asked: Parameters<typeof ask>) =>
  expectNoErrors(await ask(...asked)).eventByExternalId;

it('finds the event of an item by what its source calls it', async () => {
  const [order] = await ingest(server, [
    event({ external: 'ada' }, 'order', {}, { externalId: 'order-7' }),
    item({ external: 'ada' }, { externalId: 'no-event' }),
  ]);
  const expected = { id: order!.eventId, type: 'order', profile: { id: order!.profileId } };
  expect(await found('order-7')).toEqual(expected);
  expect(await found('order-7', { key: await newKey(server, ['READ']) })).toEqual(expected);
  for (const other of ['order-8', 'no-event', '', 'ORDER-7', '\ud800', 'a\0b', 'x'.repeat(10_000)])
    expect([other, await found(other)]).toEqual([other, null]);
  const error = expectError(await ask('order-7', {}, 'nobody'), 'SOURCE_UNKNOWN');
  expect(error.extensions).toMatchObject({ argumentPath: ['source'] });
  expect(await found('order-7', await newTenant(server))).toBeNull();
});

it('takes an externalId as its source wrote it, and needs no more than READ: so do the lists that show it', async () => {
  const key = await newKey(server, ['READ']);
  for (const externalId of ['signup:bob@example.com', '+32470123456', '31612345678']) {
    await ingest(server, [event({ external: 'bob' }, 'signup', {}, { externalId })]);
    expect([externalId, await found(externalId, { key })]).toEqual([
      externalId,
      expect.objectContaining({ type: 'signup' }),
    ]);
  }
});

it('goes with the event to the survivor of a merge', async () => {
  const [one] = await ingest(server, [
    event({ email: 'cy@example.com' }, 'visit', {}, { externalId: 'v-1' }),
  ]);
  const [two] = await ingest(server, [event({ external: 'cy', email: 'cy@example.com' }, 'visit')]);
  expect(await found('v-1')).toMatchObject({ id: one!.eventId, profile: { id: two!.profileId } });
});
