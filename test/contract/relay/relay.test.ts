import { isNonNullType, isObjectType } from 'graphql';
import { createSchema } from '../../../src/schema.js';
import { connect, expectError, explained } from '../../kit/index.js';
import { RECIPES } from './connections.js';
import { List } from './list.js';
import type { Paging } from './list.js';
import { makeWorlds, ROWS, step } from './world.js';
import type { Worlds } from './world.js';

/** Every field of the schema that is a connection, and whether it can be walked from its end. */
const CONNECTIONS = Object.values(createSchema().getTypeMap())
  .filter(isObjectType)
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
  .filter(({ field }) =>
    String(isNonNullType(field.type) ? field.type.ofType : field.type).endsWith('Connection'),
  )
  .map(({ type, field }) => ({
    name: `${type.name}.${field.name}`,
    canPageBack: field.args.some(({ name }) => name === 'last'),
  }));

let worlds: Worlds;
let lists: Map<string, List>;
/** Adds a row to every list of the first workspace. */
let grow: () => Promise<void>;

beforeAll(async () => {
  worlds = await makeWorlds();
  const { server, own } = worlds;
  lists = new Map(
    CONNECTIONS.flatMap(({ name, canPageBack }) => {
      const recipe = RECIPES[name];
      return recipe ? [[name, new List(server, { ...recipe, name, canPageBack }, own)]] : [];
    }),
  );
  let grown = ROWS;
  grow = async () => {
    grown += 1;
    await step(server, own, grown);
  };
}, 120_000);

it('has a recipe for every connection of the schema', () => {
  expect(Object.keys(RECIPES).sort()).toEqual(CONNECTIONS.map(({ name }) => name).sort());
});

const listOf = (name: string) => lists.get(name)!;
const refused = async (list: List, paging: Paging, code: string) => {
  const answer = await list.ask(paging);
  const error = expectError(answer, code);
  explained(answer, () =>
    expect(Object.keys(paging)).toEqual(expect.arrayContaining(error.extensions.argumentPath as string[])),
  );
};

describe.each(CONNECTIONS.map(({ name }) => name))('%s', (name) => {
  it('shows each item exactly once, in one order, walked from either end in pages of any size', async () => {
    const list = listOf(name);
    const all = await list.walk('forward', 500);
    expect(all.length).toBeGreaterThanOrEqual(ROWS - 1);
    expect(new Set(all.map((node) => JSON.stringify(node))).size).toBe(all.length);
    const { pageInfo } = await list.page({ first: Math.min(all.length, 500) });
    expect(pageInfo).toMatchObject({ hasNextPage: all.length > 500, hasPreviousPage: false });
    expect((await list.page({})).nodes).toEqual(all.slice(0, 50));
    for (const most of [Math.ceil(all.length / 8), all.length - 1, all.length]) {
      const size = Math.min(most, 500);
      expect([size, await list.walk('forward', size)]).toEqual([size, all]);
      if (list.canPageBack) expect([size, await list.walk('backward', size)]).toEqual([size, all]);
    }
  });

  it('cuts a window between two cursors as the specification says', async () => {
    const list = listOf(name);
    const { edges } = await list.page({ first: 500 });
    const places = [0, 3, Math.min(edges.length - 1, 40)];
    for (const from of places) {
      const after = edges[from]?.cursor;
      for (const to of list.canPageBack ? places : [edges.length]) {
        const before = list.canPageBack ? edges[to]?.cursor : undefined;
        const window = edges.slice(from + 1, Math.max(to, from + 1));
        const base = { after, ...(before && { before }) };
        if (before) expect([from, to, (await list.page(base)).edges]).toEqual([from, to, window]);
        const head = await list.page({ ...base, first: 2 });
        expect([from, to, head.edges]).toEqual([from, to, window.slice(0, 2)]);
        expect(head.pageInfo).toMatchObject({ hasNextPage: window.length > 2, hasPreviousPage: true });
        if (!before) continue;
        const tail = await list.page({ ...base, last: 2 });
        expect([from, to, tail.edges]).toEqual([from, to, window.slice(-2)]);
        expect(tail.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: window.length > 2 });
      }
    }
  });

  it('tells of the cursors of its first and its last item, and has an empty page for none', async () => {
    const list = listOf(name);
    const { edges, pageInfo } = await list.page({ first: 3 });
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor,
      endCursor: edges[2]?.cursor,
    });
    const none = await list.page({ first: 0 });
    expect(none).toMatchObject({ edges: [], nodes: [], pageInfo: { hasNextPage: true, startCursor: null } });
    // The log says where it ends, so that one can go on from there.
    if (list.family !== 'log') expect(none.pageInfo.endCursor).toBeNull();
    if (!list.canPageBack) return;
    const noneBack = await list.page({ last: 0 });
    expect(noneBack).toMatchObject({ edges: [], pageInfo: { hasPreviousPage: true, endCursor: null } });
  });

  it('refuses sizes that are none, and both at once', async () => {
    const list = listOf(name);
    const sides = list.canPageBack ? ['first', 'last'] : ['first'];
    for (const side of sides)
      for (const size of [-1, -500, -2_147_483_648, 501, 999])
        await refused(list, { [side]: size }, 'PAGE_SIZE_INVALID');
    if (list.canPageBack)
      for (const [first, last] of [
        [1, 1],
        [0, 0],
        [500, 1],
        [501, -1],
      ])
        await refused(list, { first, last }, 'PAGE_SIZE_INVALID');
    // Such a page may also cost more than any operation may.
    for (const size of [2_147_483_647, 2_147_483_648, 1e300]) {
      const { errors } = await list.ask({ first: size });
      expect(['PAGE_SIZE_INVALID', 'OPERATION_TOO_LARGE', 'BAD_USER_INPUT']).toContain(
        errors?.[0]?.extensions.code,
      );
    }
    for (const first of [1.5, '5', true, [1, 2], {}])
      expectError(await list.ask({ first }), 'BAD_USER_INPUT');
    for (const after of [1, true, ['x', 'y'], {}]) expectError(await list.ask({ after }), 'BAD_USER_INPUT');
    expect((await list.page({ first: null, after: null })).nodes).toEqual((await list.page({})).nodes);
  });

  it('refuses the cursors of every other list: of another kind, parent, filter, order or workspace', async () => {
    const list = listOf(name);
    const others = [...lists.values()].filter((other) => other !== list && !(list.family && other.family));
    const siblings = list.siblings().filter(() => !list.family);
    const foreign = [list, ...list.siblings()].map((one) => one.in(worlds.foreign));
    const mine = (await list.page({ first: 2 })).edges[0]?.cursor;
    for (const other of [...others, ...siblings, ...foreign]) {
      const [edge] = (await other.page({ first: 1 })).edges;
      for (const side of list.canPageBack ? ['after', 'before'] : ['after']) {
        if (edge) await refused(list, { [side]: edge.cursor }, 'CURSOR_INVALID');
        if (other.canPageBack || side === 'after') await refused(other, { [side]: mine }, 'CURSOR_INVALID');
      }
    }
  });

  it('refuses whatever was not given out as a cursor', async () => {
    const list = listOf(name);
    const [one, two] = (await list.page({ first: 2 })).edges.map(({ cursor }) => cursor) as [string, string];
    for (const [index, forged] of forgeries(one, two).entries()) {
      // The subscription below is asked with all of them.
      if (index % 4) continue;
      const side = list.canPageBack && index % 8 ? 'before' : 'after';
      await refused(list, { [side]: forged }, 'CURSOR_INVALID');
    }
  });

  it('can be walked while rows come: what was there is seen exactly once, in its order', async () => {
    const list = listOf(name);
    for (const direction of list.canPageBack ? (['forward', 'backward'] as const) : (['forward'] as const)) {
      const before = await list.walk(direction, 500);
      let rounds = 0;
      const seen = await list.walk(direction, Math.ceil(before.length / 3), async () => {
        if ((rounds += 1) === 1) await grow();
      });
      const texts = seen.map((node) => JSON.stringify(node));
      expect(new Set(texts).size).toBe(texts.length);
      const known = new Set(before.map((node) => JSON.stringify(node)));
      expect(texts.filter((text) => known.has(text))).toEqual([...known]);
    }
  });
});

describe('the lists of changes', () => {
  it('take each other’s cursors, over HTTP and a socket', async () => {
    const [all, own] = [listOf('Query.segmentChanges'), listOf('Segment.changes')];
    const { edges } = await own.page({ first: 500 });
    for (const { cursor } of edges) {
      const [next] = (await all.page({ first: 1, after: cursor })).edges;
      if (next) expect((await own.page({ after: next.cursor })).edges.length).toBeLessThan(edges.length);
    }
    const socket = await connect(worlds.server);
    socket.subscribe(
      'subscription ($after: String) { segmentChanges(segments: ["towns"], after: $after) { cursor } }',
      { after: edges[0]?.cursor },
    );
    for (const { cursor } of edges.slice(1))
      expect((await socket.nextData()).segmentChanges).toEqual({ cursor });
  });

  it('refuse on a socket what was not given out by them', async () => {
    const socket = await connect(worlds.server);
    const [one, two] = (await listOf('Query.segmentChanges').page({ first: 2 })).edges.map(
      ({ cursor }) => cursor,
    );
    const history = (await listOf('Profile.segmentHistory').page({ first: 1 })).pageInfo.endCursor;
    const foreign = (await listOf('Query.segmentChanges').in(worlds.foreign).page({ first: 1 })).pageInfo
      .endCursor;
    for (const after of [history, foreign, ...forgeries(one!, two!)]) {
      const id = socket.subscribe(
        'subscription ($after: String) { segmentChanges(after: $after) { cursor } }',
        { after },
      );
      expect((await socket.nextErrors()).map(({ extensions }) => extensions.code)).toEqual([
        'CURSOR_INVALID',
      ]);
      expect(await socket.next()).toEqual({ type: 'complete', id });
    }
  });
});

/** Texts that look more or less like cursors, made of two that are some. */
function forgeries(one: string, two: string): string[] {
  const [seal, place] = [one.slice(0, 16), one.slice(16)];
  const flipped = [...one].map((character, index) => {
    const other = String.fromCharCode(character.charCodeAt(0) ^ 1);
    return one.slice(0, index) + other + one.slice(index + 1);
  });
  const texts = [
    ...['', ' ', 'null', '0', '{}', '[]', '\u0000', 'é', '\ud800', `' or 1=1 --`, '__proto__'],
    ...[one.slice(1), one.slice(0, -1), seal, place, `${one}A`, `A${one}`, `${one} `, `${one}=`, one + two],
    ...[
      seal + two.slice(16),
      two.slice(0, 16) + place,
      one.toUpperCase(),
      one.toLowerCase(),
      'x'.repeat(1_000_000),
    ],
  ];
  const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
  const places = [
    ...[[], [-1], [1.5], [1e300], [2 ** 63], ['1'], ['NaN'], ['infinity'], ['x'], [uuid], [1, uuid]],
    ...[
      ['2026-01-01T00:00:00.000Z', uuid],
      ['99999-13-45', 'x'],
      [null],
      [[1]],
      [{}],
      null,
      0,
      'x',
      { a: 1 },
    ],
  ];
  // As cursors were before they were sealed, and with the seal of another.
  const placed = places.flatMap((forged) => {
    const text = Buffer.from(JSON.stringify(forged)).toString('base64url');
    return [text, seal + text, Buffer.from(JSON.stringify([seal, forged].flat())).toString('base64url')];
  });
  return [...flipped, ...texts, ...placed].filter((text) => text !== one && text !== two);
}
