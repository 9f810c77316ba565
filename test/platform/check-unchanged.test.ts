import { checkUnchanged } from '../../src/platform/index.js';

const SEEN = new Date('2026-03-01T09:30:00.000Z');
const LATER = new Date('2026-03-01T09:30:00.001Z');

it.each([
  ['as it was seen', SEEN, SEEN],
  ['older than what was seen', SEEN, LATER],
  ['never changed', null, SEEN],
  ['changed, and nobody asks', LATER, null],
  ['changed, and nothing is said', LATER, undefined],
])('takes a change of what is %s', (_, updatedAt, ifUnchangedSince) => {
  expect(() => checkUnchanged(updatedAt, ifUnchangedSince)).not.toThrow();
});

it('refuses a change of what changed a millisecond after it was seen', () => {
  expect(() => checkUnchanged(LATER, SEEN)).toThrow(
    expect.objectContaining({ code: 'CHANGED_SINCE', inputPath: ['ifUnchangedSince'] }),
  );
});
