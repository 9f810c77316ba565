import { checkUnchanged, nextUpdate } from '../../src/platform/index.js';

const SEEN = new Date('2026-03-01T09:30:00.000Z');
const LATER = new Date('2026-03-01T09:30:00.001Z');

it.each([
  ['as it was seen', SEEN, SEEN],
  ['changed, and nobody asks', LATER, null],
  ['changed, and nothing is said', LATER, undefined],
])('takes a change of what is %s', (_, updatedAt, ifUnchangedSince) => {
  expect(() => checkUnchanged(updatedAt, ifUnchangedSince)).not.toThrow();
});

it.each([
  ['changed a millisecond after it was seen', LATER, SEEN],
  ['was changed by a server whose clock is behind', SEEN, LATER],
  ['was restored', null, SEEN],
])('refuses a change of what %s', (_, updatedAt, ifUnchangedSince) => {
  expect(() => checkUnchanged(updatedAt, ifUnchangedSince)).toThrow(
    expect.objectContaining({ code: 'CHANGED_SINCE', inputPath: ['ifUnchangedSince'] }),
  );
});

it.each([
  ['for the first time', null, SEEN, SEEN],
  ['later than before', SEEN, LATER, LATER],
  ['in the same millisecond', SEEN, SEEN, LATER],
  ['by a clock that is behind', LATER, SEEN, new Date('2026-03-01T09:30:00.002Z')],
])('gives a change %s an instant of its own', (_, before, now, expected) => {
  expect(nextUpdate(before, now)).toEqual(expected);
});
