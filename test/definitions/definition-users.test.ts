import { DefinitionSet, DefinitionUsers, dependencyOn, refuseInUse } from '../../src/definitions/index.js';
import type { Definition, DefinitionUser } from '../../src/definitions/index.js';
import { OnefoldError } from '../../src/platform/index.js';
import { startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const colours = new DefinitionSet<Definition>({ kind: 'COLOUR', name: 'colour', shipped: [], limit: 10 });
const NOW = new Date('2026-01-01T00:00:00Z');

let server: TestServer;
let followed: string[];

beforeAll(async () => {
  server = await startServer();
});

beforeEach(() => {
  followed = [];
});

/** Works by one colour: without it, it has a fault. */
function painter(name: string, colour: string): DefinitionUser {
  return {
    async faults(tx) {
      const known = await colours.read(tx);
      const faults = new Set(known.has(colour) ? [] : [`${colour} is missing`]);
      return new Map([[`painter_${name}`, { id: `painter_${name}`, called: `the ${name}`, faults }]]);
    },
    follow: async (_tx, dependency) => void followed.push(`${name} ${dependency}`),
  };
}

const users = new DefinitionUsers([painter('wall', 'red'), painter('door', 'blue')]);

async function known(): Promise<string[]> {
  return server.database.transaction(server.workspaceId, async (tx) => [...(await colours.read(tx)).keys()]);
}

async function remove(key: string, except?: string): Promise<void> {
  await server.database.transaction(server.workspaceId, (tx) =>
    users.keepValid(tx, () => colours.remove(tx, key), except),
  );
}

describe('a change of definitions', () => {
  beforeEach(async () => {
    await server.database.transaction(server.workspaceId, async (tx) => {
      const standing = await colours.read(tx);
      for (const key of ['red', 'blue', 'green'])
        if (!standing.has(key)) await colours.define(tx, { key, label: null, description: null }, NOW);
    });
  });

  it.each([
    ['red', 'the wall'],
    ['blue', 'the door'],
  ])('that takes %s is refused for the sake of %s, and changes nothing', async (key, name) => {
    await expect(remove(key)).rejects.toMatchObject({
      code: 'DEFINITION_IN_USE',
      inputPath: ['key'],
      message: `It is used by ${name}. Change that first.`,
      subjects: [`painter_${name.slice('the '.length)}`],
    });
    expect(await known()).toEqual(['blue', 'green', 'red']);
  });

  it('is made when nobody works by the definition, or only who is changed itself', async () => {
    await remove('green');
    await remove('blue', 'painter_door');
    expect(await known()).toEqual(['red']);
  });
});

it('names five of the users of a definition in use, and leads to a hundred', () => {
  const many = Array.from({ length: 101 }, (_, n) => ({ id: `painter_${n}`, called: `the wall ${n}` }));
  const refusal = refusalOf(() => refuseInUse(many, ['key']));
  expect(refusal.message).toBe(
    'It is used by the wall 0, the wall 1, the wall 2, the wall 3, the wall 4 and others. Change that first.',
  );
  expect(refusal.subjects).toEqual(many.slice(0, 100).map(({ id }) => id));
});

function refusalOf(work: () => void): OnefoldError {
  try {
    work();
  } catch (error) {
    if (error instanceof OnefoldError) return error;
  }
  throw new Error('nothing was refused');
}

it('is followed by all users, in the order of the list', async () => {
  await server.database.transaction(server.workspaceId, (tx) =>
    users.follow(tx, dependencyOn('colour', 'red'), NOW),
  );
  expect(followed).toEqual(['wall colour:red', 'door colour:red']);
});
