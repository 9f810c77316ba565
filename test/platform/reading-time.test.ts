import { readEmail } from '../../src/platform/read-email.js';
import { readPhone } from '../../src/platform/read-phone.js';

/** What the fastest of a few readings takes: the machine may be at other work during the others. */
function millisecondsOf(read: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    read();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** A usual number takes about 0.05 ms. */
const MOST_MS = 1.5;

it.each([
  ...[`0${','.repeat(190)}z`, `${'#'.repeat(198)}z`, `${'. '.repeat(99)}z`, `${', '.repeat(99)}z`],
  ...[`${'#-'.repeat(99)}z`, `1${' x'.repeat(99)}z`, `0${' '.repeat(198)}z`, `0x${' '.repeat(190)}z`],
  ...[`0${',;'.repeat(90)}z`, `+1 ${'- '.repeat(98)}#`, `0${','.repeat(60)}z`, `${'#'.repeat(62)}z`],
  ...[`${'('.repeat(190)}z`, `+${'(0'.repeat(90)}z`, `${'n'.repeat(190)}: 1`],
])('a phone number that is none is refused at once (%#)', (value) => {
  expect(readPhone(value, { country: 'GB' })).toBeNull();
  expect(millisecondsOf(() => readPhone(value, { country: 'GB' }))).toBeLessThan(MOST_MS);
});

it.each([
  ...[`${'@'.repeat(250)}${' '.repeat(249)})`, `${'@ '.repeat(249)}()x`, `${'@ ('.repeat(166)})`],
  ...[`${'@'.repeat(250)}${'('.repeat(249)})`, `${' '.repeat(250)}@${' '.repeat(248)})`],
])('an e-mail address that is none is refused at once (%#)', (value) => {
  expect(readEmail(value)).toBeNull();
  expect(millisecondsOf(() => readEmail(value))).toBeLessThan(MOST_MS);
});

it.each([
  ['020 7946 0958,,,12#', '+442079460958;ext=12'],
  ['020 7946 0958 ,; 12', '+442079460958;ext=12'],
  ['020 7946 0958 (ext. no. 12)', '+442079460958;ext=12'],
  ['020 7946 0958 ext: nr 12', '+442079460958;ext=12'],
  ['020 7946 0958 - ext', '+442079460958'],
  [
    'Phone of the office: +44 (0) 20 - 7946 - 0958, extension number: 12 (please do not call on Sundays)',
    null,
  ],
  ['Office: +44 (0) 20 - 7946 - 0958, ext.: 12 (please do not call before nine)', '+442079460958;ext=12'],
])('what is around a number is still read: %j', (value, expected) => {
  expect(readPhone(value, { country: 'GB' })).toBe(expected);
});

it.each(['ada@b.co (home)', 'ada@b.co(home)', '"a@b" <ada@b.co> (at work)', 'ada@b.co (x) (y)'])(
  'a remark behind an address is still taken off: %j',
  (value) => {
    expect(readEmail(value)).toBe('ada@b.co');
  },
);
