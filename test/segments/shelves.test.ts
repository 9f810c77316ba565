import { dependenciesOf } from '../../src/rules/compile-rule.js';
import { parseRule } from '../../src/rules/parse-rule.js';
import type { LiveSegment } from '../../src/segments/live-segment.js';
import { shelve } from '../../src/segments/shelves.js';

function segment(key: string, input: unknown): LiveSegment {
  const rule = parseRule(input, { segmentRule: () => undefined });
  const kept = { definition: { key }, keptBy: rule, dependsOn: dependenciesOf(rule) };
  return kept as unknown as LiveSegment;
}

const keyOf = ({ definition }: LiveSegment) => definition.key;

/** The keys on each shelf. */
function shelves(segments: readonly LiveSegment[]): string[][] {
  const all = shelve(segments);
  expect([...all.keys()].map(keyOf).sort()).toEqual(segments.map(keyOf).sort());
  return [...new Set(all.values())].map((shelf) => shelf.segments.map(keyOf));
}

const many = (count: number, prefix: string, rule: (number: number) => unknown) =>
  Array.from({ length: count }, (_, index) => segment(`${prefix}${index}`, rule(index)));
const total = (gt: number) => ({ path: 'total', is: { gt } });
const ofCategory = (category: string) => ({ path: 'category', is: { equals: category } });
const purchase = (...where: object[]) => ({ event: { type: 'purchase', where } });
const livesIn = (city: string) => ({ attribute: { key: 'city', is: { equals: city } } });

it('puts few segments together, those that need the profile apart from those that need its events alone', () => {
  const segments = [
    segment('city', livesIn('Ghent')),
    segment('visit', { event: { type: 'visit' } }),
    segment('both', { all: [purchase(), livesIn('Ghent')] }),
    segment('purchase', purchase()),
    segment('nobody', { any: [] }),
  ];
  expect(shelves(segments)).toEqual([
    ['purchase', 'visit', 'nobody'],
    ['both', 'city'],
  ]);
});

it('puts many that look at the same things on a shelf of their own, whatever they ask of them', () => {
  const recent = (days: number) => ({ event: { type: 'purchase', withinLast: { days } } });
  const segments = [
    ...many(4, 'visit', (index) => ({ event: { type: 'visit', count: { atLeast: index } } })),
    ...many(40, 'large', (index) => purchase(total(index))),
    ...many(40, 'recent', (index) => recent(1 + index)),
    ...many(4, 'call', () => ({ event: { type: 'call' } })),
  ];
  const [purchases, few, ...others] = shelves(segments);
  expect(purchases?.filter((key) => /^(large|recent)/.test(key))).toHaveLength(80);
  expect(few?.filter((key) => /^(visit|call)/.test(key))).toHaveLength(8);
  expect(others).toEqual([]);
});

it('parts those that need other values of a property, and fills shelves with the few of each', () => {
  const large = many(60, 'large', (index) => purchase(ofCategory(`c${index % 2}`), total(index)));
  expect(shelves(large).map((keys) => keys.length)).toEqual([30, 30]);
  const each = many(250, 'each', (index) => purchase(ofCategory(`c${index}`)));
  expect(shelves(each).map((keys) => keys.length)).toEqual([100, 100, 50]);
});

it('makes several of what one statement cannot hold', () => {
  const five = { any: Array.from({ length: 4 }, (_, index) => purchase(total(index))) };
  expect(shelves(many(500, 'five', () => five)).map((keys) => keys.length)).toEqual([200, 200, 100]);
});
