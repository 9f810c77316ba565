import fc from 'fast-check';
import { pathOfSteps, stepsOfPath } from '../../src/events/index.js';
import { canonicalKey } from '../../src/platform/index.js';

it.each<[string, string[] | null]>([
  ['total', ['total']],
  ['product.price', ['product', 'price']],
  ['"gtm.uniqueEventId"', ['gtm.uniqueEventId']],
  ['a."b.c".d', ['a', 'b.c', 'd']],
  ['"a.b"."c.d"', ['a.b', 'c.d']],
  ['"say \\"hi\\".now"', ['say "hi".now']],
  ['"a\\\\b.c"', ['a\\b.c']],
  ['a\\b', ['a\\b']],
  ['5" disk', ['5" disk']],
  ['a..b', ['a', '', 'b']],
  ['a.', ['a', '']],
  ['"a".', ['a', '']],
  ['""', ['']],
  ['"a', null],
  ['"a"b', null],
  ['a."', null],
  ['"a\\b"', null],
])('%s has the steps %j', (path, steps) => {
  expect(stepsOfPath(path)).toEqual(steps);
});

it('finds every key again that it has written, whatever it is made of', () => {
  const key = fc
    .oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', '.', 'a') }))
    .map(canonicalKey);
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (steps) => {
      expect(stepsOfPath(pathOfSteps(steps))).toEqual(steps);
    }),
  );
});
