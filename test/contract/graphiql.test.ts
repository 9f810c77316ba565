import { defaultTabs } from '../../web/graphiql/default-tabs.js';
import { purchaseOfSomebodyNew } from '../../web/graphiql/purchase.js';
import { connect, eventually, expectNoErrors, gql, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const buy = async () => {
  const { query, variables } = purchaseOfSomebodyNew();
  return expectNoErrors(await gql(server, query, variables as Record<string, unknown>));
};

describe("What GraphiQL's first visit opens", () => {
  const [customer360, ingest, liveSegment] = defaultTabs;

  it('can be executed as it stands: ingest, then look at the person', async () => {
    const sent = await gql(server, ingest!.query, JSON.parse(ingest!.variables!));
    expect(expectNoErrors(sent).ingest).toMatchObject({ accepted: 1, rejected: 0 });
    const seen = expectNoErrors(await gql(server, customer360!.query));
    expect(seen.profileByIdentifier).toMatchObject({
      name: 'Ada',
      events: { nodes: [{ type: 'purchase' }] },
    });
  });

  it('hears, while it listens, of somebody new who buys at the press of a button', async () => {
    const socket = await connect(server);
    socket.subscribe(liveSegment!.query);
    let change: unknown;
    void socket.nextData().then((data) => (change = data.segmentChanges));
    // Nothing tells when the subscription has begun to listen.
    await eventually('somebody has entered', async () => {
      await buy();
      return change !== undefined;
    });
    expect(change).toMatchObject({
      kind: 'ENTERED',
      segment: { key: 'recent-buyers', name: 'Recent buyers' },
    });
  });

  it('sends another person with each press', async () => {
    const buyers = [await buy(), await buy(), await buy()].map(({ ingest: { results } }) => results[0]);
    expect(buyers.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
    expect(new Set(buyers.map(({ profileId }) => profileId)).size).toBe(3);
  });
});
