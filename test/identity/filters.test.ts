import {
  event,
  expectError,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const START = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

let server: TestServer;
let clock: ManualClock;

async function ask(query: string) {
  return expectNoErrors(await gql(server, query));
}

describe('a filter', () => {
  let byItem: { id: string };
  let byHand: { id: string };

  beforeAll(async () => {
    clock = new ManualClock(at(0));
    server = await startServer({ clock });
    const [a, b] = await seed(server, [item({ external: 'a' }), item({ external: 'b' })]);
    await seed(server, [item({ email: 'left@example.com' }), item({ device: 'right' })]);
    await seed(server, [event({ email: 'left@example.com', device: 'right' }, 'login')]);
    await seed(server, [item({ external: 'a', email: 'test@test.com' })]);
    await seed(server, [item({ external: 'a', device: 'unknown' })]);
    clock.advance(HOUR);
    await ask(`mutation { mergeProfiles(input: { profileIds: ["${a}", "${b}"] }) { userErrors { code } } }`);
    const { merges } = await ask('{ merges { nodes { id } } }');
    [byHand, byItem] = merges.nodes;
    clock.advance(HOUR);
    await ask(`mutation { unmergeProfiles(input: { mergeId: "${byHand.id}" }) { userErrors { code } } }`);
  });

  it.each([
    ['{}', ['byHand', 'byItem']],
    ['{ causes: [INGEST] }', ['byItem']],
    ['{ causes: [INGEST, MANUAL] }', ['byHand', 'byItem']],
    ['{ causes: [] }', []],
    ['{ causes: [MANUAL] }', ['byHand']],
    ['{ isUndone: true }', ['byHand']],
    ['{ isUndone: false }', ['byItem']],
    ['{ sources: ["default"] }', ['byItem']],
    [`{ from: "${at(1)}" }`, ['byHand']],
    [`{ to: "${at(1)}" }`, ['byItem']],
    [`{ from: "${at(0)}", to: "${at(2)}", causes: [MANUAL], isUndone: false }`, []],
  ])('of merges, %s, gives exactly those', async (filter, expected) => {
    const { merges } = await ask(`{ merges(filter: ${filter}) { nodes { id } } }`);
    const names = new Map([
      [byHand.id, 'byHand'],
      [byItem.id, 'byItem'],
    ]);
    expect(merges.nodes.map(({ id }: { id: string }) => names.get(id))).toEqual(expected);
  });

  it.each([
    ['{}', ['unknown', 'test@test.com']],
    ['{ kinds: [BLOCKED] }', ['unknown', 'test@test.com']],
    ['{ kinds: [DEMOTED] }', []],
    ['{ namespaces: ["email", "none"] }', ['test@test.com']],
    ['{ namespaces: ["none"] }', []],
    ['{ sources: ["default"] }', ['unknown', 'test@test.com']],
    [`{ from: "${at(0)}" }`, ['unknown', 'test@test.com']],
    [`{ from: "${at(1)}" }`, []],
    [`{ to: "${at(0)}" }`, []],
  ])('of identity conflicts, %s, gives exactly those', async (filter, expected) => {
    const { identityConflicts } = await ask(`{ identityConflicts(filter: ${filter}) { nodes { value } } }`);
    expect(identityConflicts.nodes.map(({ value }: { value: string }) => value)).toEqual(expected);
  });

  it.each(['merges', 'identityConflicts', 'apiKeys', 'quarantine'])(
    'of %s refuses a source that there is not, where it stands',
    async (list) => {
      const query = `{ ${list}(filter: { sources: ["default", "none"] }) { nodes { id } } }`;
      expect(expectError(await gql(server, query), 'SOURCE_UNKNOWN').extensions).toMatchObject({
        argumentPath: ['filter', 'sources'],
      });
    },
  );

  it('a merge says who asked for it and for its undo, and which of its profiles live', async () => {
    const fields =
      'mergedAt undoneAt requestedBy { name } undoneBy { name } absorbed { id } survivor { id } absorbedId survivorId';
    const { merges } = await ask(`{ merges { nodes { ${fields} } } }`);
    const [hand, ingested] = merges.nodes;
    const by = { name: expect.stringContaining('MANAGE') };
    expect(hand).toEqual({
      ...{ mergedAt: at(1), undoneAt: at(2), requestedBy: by, undoneBy: by },
      ...{ absorbedId: hand.absorbedId, absorbed: { id: hand.absorbedId } },
      ...{ survivorId: hand.survivorId, survivor: { id: hand.survivorId } },
    });
    expect(ingested).toEqual({
      ...{ mergedAt: at(0), undoneAt: null, requestedBy: null, undoneBy: null },
      ...{ absorbedId: ingested.absorbedId, absorbed: null },
      ...{ survivorId: ingested.survivorId, survivor: { id: ingested.survivorId } },
    });
  });
});
