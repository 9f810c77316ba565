import {
  DefinitionSet,
  DefinitionUsers,
  definitionUuid,
  dependencyOn,
  SetVerbs,
} from '../../src/definitions/index.js';
import type { Definition } from '../../src/definitions/index.js';
import { OnefoldError } from '../../src/platform/index.js';
import type { Transaction } from '../../src/platform/index.js';
import { newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

interface Colour extends Definition {
  shade: string;
  note: string | null;
  isBright: boolean;
}

const colours = new DefinitionSet<Colour>({
  kind: 'COLOUR',
  name: 'colour',
  shipped: [{ key: 'red', label: 'Red', description: null, shade: 'warm', note: null, isBright: true }],
  limit: 3,
});
const colourVerbs = new SetVerbs({
  set: colours,
  blank: { shade: '', note: null, isBright: false },
  check(_tx, { after }) {
    if (after.shade === '') throw new OnefoldError('REQUIRED', { path: ['shade'] });
    return { ...after, shade: after.shade.trim() };
  },
  checkRemoval(_tx, { before }) {
    if (before.isBright) throw new OnefoldError('DEFINITION_IN_USE', { path: ['key'] });
  },
  followed: (before, after) => (before?.isBright === after?.isBright ? undefined : dependencyOn('bright')),
});
const NOW = new Date('2026-01-01T00:00:00Z');

let server: TestServer;
let tenant: TestServer;
let followed: string[];

const users = new DefinitionUsers([
  {
    faults: async () => new Map(),
    follow: async (_tx, dependency) => void followed.push(dependency),
  },
]);
const BY = { now: NOW, seesPersonal: true, allowUndefined: false, users };

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  followed = [];
  tenant = { ...server, ...(await newTenant(server)) };
});

function inOne<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return tenant.database.transaction(tenant.workspaceId, work);
}

type Said = Parameters<typeof colourVerbs.define>[1]['said'];

const define = (key: string, said: Said) => inOne((tx) => colourVerbs.define(tx, { key, said, ...BY }));
const update = (key: string, said: Said) => inOne((tx) => colourVerbs.update(tx, { key, said, ...BY }));
const remove = (key: string) => inOne((tx) => colourVerbs.remove(tx, { key, ...BY }));
const all = async () => [...(await inOne((tx) => colourVerbs.read(tx))).values()];

const facts = (key: string, rest: object) => ({
  ...rest,
  uuid: definitionUuid(tenant.workspaceId, 'colour', key),
});
const red = () =>
  facts('red', {
    ...{ key: 'red', label: 'Red', description: null, shade: 'warm', note: null, isBright: true },
    ...{ isShipped: true, createdAt: null, updatedAt: null },
  });

it('fills in what is not said of a new one, and keeps what the check gives back', async () => {
  await define('blue', { shade: ' cold ', note: undefined, isBright: null });
  expect(await all()).toEqual([
    facts('blue', {
      ...{ key: 'blue', label: null, description: null, shade: 'cold', note: null, isBright: false },
      ...{ isShipped: false, createdAt: NOW, updatedAt: NOW },
    }),
    red(),
  ]);
});

it('leaves what is not said as it is, and clears what is null', async () => {
  await define('blue', { shade: 'cold', label: 'Blue', note: 'Of the sky.', isBright: true });
  await update('blue', { description: 'A colour.' });
  const blue = {
    label: 'Blue',
    description: 'A colour.',
    shade: 'cold',
    note: 'Of the sky.',
    isBright: true,
  };
  expect((await all())[0]).toMatchObject(blue);
  await update('blue', { label: null, description: null, note: null, isBright: null });
  expect((await all())[0]).toMatchObject({ label: null, description: null, note: null, isBright: false });
});

it('changes one only if nobody has changed it since, where that is asked', async () => {
  await define('blue', { shade: 'cold' });
  const change = (ifUnchangedSince: Date) =>
    inOne((tx) => colourVerbs.update(tx, { key: 'blue', said: { shade: 'warm' }, ifUnchangedSince, ...BY }));
  await expect(change(new Date(NOW.getTime() - 1))).rejects.toMatchObject({
    code: 'CHANGED_SINCE',
    inputPath: ['ifUnchangedSince'],
  });
  expect((await all())[0]).toMatchObject({ shade: 'cold' });
  await change(NOW);
  expect((await all())[0]).toMatchObject({ shade: 'warm' });
});

it('makes a shipped one the own of the workspace, and takes that back', async () => {
  await update('red', { label: 'Crimson', isBright: false });
  const changed = { label: 'Crimson', isBright: false, createdAt: NOW, updatedAt: NOW };
  expect(await all()).toEqual([{ ...red(), ...changed }]);
  await remove('red');
  expect(await all()).toEqual([red()]);
});

it('is followed where users would notice, and only there', async () => {
  await define('blue', { shade: 'cold', isBright: false });
  expect(followed).toEqual(['bright']);
  await update('blue', { label: 'Azure' });
  expect(followed).toEqual(['bright']);
  await update('red', { isBright: false });
  await remove('red');
  expect(followed).toEqual(['bright', 'bright', 'bright']);
});

it.each<[string, string, () => Promise<void>]>([
  ['a key that is taken', 'KEY_TAKEN', () => define('red', { shade: 'warm' })],
  ['what its check refuses', 'REQUIRED', () => define('blue', {})],
  ['what its check refuses of one there is', 'REQUIRED', () => update('red', { shade: '' })],
  ['to clear what must be said', 'REQUIRED', () => update('red', { shade: null })],
  ['a blank label', 'REQUIRED', () => update('red', { label: ' ' })],
  ['a description that is too long', 'TOO_LONG', () => update('red', { description: 'x'.repeat(2_001) })],
  ['a change of one that there is not', 'DEFINITION_UNKNOWN', () => update('blue', { label: 'Blue' })],
  ['to remove one that there is not', 'DEFINITION_UNKNOWN', () => remove('blue')],
  ['to remove one that is as shipped', 'DEFINITION_SHIPPED', () => remove('red')],
])('refuses %s with %s, and changes nothing', async (_, code, change) => {
  await expect(change()).rejects.toMatchObject({ code });
  expect(await all()).toEqual([red()]);
  expect(followed).toEqual([]);
});

it('refuses a key of another form', () => {
  expect(() => colourVerbs.checkKey('Dark Blue')).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  expect(() => colourVerbs.checkKey('dark-blue')).not.toThrow();
});

it('refuses what the check of a removal refuses, and one more than the limit', async () => {
  await define('blue', { shade: 'cold', isBright: true });
  await define('gray', { shade: 'cold' });
  const before = await all();
  await expect(remove('blue')).rejects.toMatchObject({ code: 'DEFINITION_IN_USE' });
  await expect(define('pink', { shade: 'warm' })).rejects.toMatchObject({ code: 'TOO_MANY' });
  expect(await all()).toEqual(before);
});

it('lets types say what must be said of a new one, and what cannot change', async () => {
  const fixed = new SetVerbs<Colour, 'shade', 'isBright'>({
    set: colours,
    blank: { note: null, isBright: false },
    check: (_tx, { after }) => after,
  });
  const save = (verb: 'define' | 'update', said: object) =>
    inOne((tx) => fixed[verb](tx, { key: 'blue', said: said as never, ...BY }));
  type Of<Verb extends 'define' | 'update'> = Parameters<(typeof fixed)[Verb]>[1]['said'];
  const define: Of<'define'> = { shade: 'cold', note: null };
  const update: Of<'update'> = { note: 'Of the sky.' };
  // @ts-expect-error -- a new one must have a shade
  const unshaded: Of<'define'> = { note: null };
  // @ts-expect-error -- a shade cannot change, also where a whole object is given
  const reshaded: Of<'update'> = define;
  // @ts-expect-error -- nobody says whether it is bright
  const brightened: Of<'define'> = { shade: 'cold', isBright: true };
  await save('define', define);
  await save('update', update);
  expect((await all())[0]).toMatchObject({ shade: 'cold', note: 'Of the sky.', isBright: false });
  expect([unshaded, reshaded, brightened]).toHaveLength(3);
});
