import { dependenciesOf } from '../../src/rules/compile-rule.js';
import { EventsByNeed } from '../../src/rules/events/events-by-need.js';
import { ALWAYS, EventsWithin } from '../../src/rules/events/events-within.js';
import { parseRule } from '../../src/rules/parse-rule.js';
import { stretchesOf } from '../../src/rules/events/stretches.js';
import { Moment } from '../../src/rules/now.js';

const now = new Date('2026-03-01T12:00:00Z');
const week = new Moment(7 * 86_400);
const sinceWeek = { from: week, to: null };

describe('a dependency on events', () => {
  it.each([
    ['always', null, null, '1990-01-01T00:00:00Z', true],
    ['before the moving period', week, null, '2026-02-22T11:59:59.999Z', false],
    ['at its beginning', week, null, '2026-02-22T12:00:00Z', true],
    ['ahead of it, which it will reach', week, null, '2026-03-02T00:00:00Z', true],
    [
      'before the fixed period',
      new Date('2026-01-01Z'),
      new Date('2026-02-01Z'),
      '2025-12-31T23:59:59Z',
      false,
    ],
    ['at its beginning', new Date('2026-01-01Z'), new Date('2026-02-01Z'), '2026-01-01T00:00:00Z', true],
    ['at its end', new Date('2026-01-01Z'), new Date('2026-02-01Z'), '2026-02-01T00:00:00Z', false],
    ['in the moving one, past the end', week, new Date('2026-02-25Z'), '2026-02-26T00:00:00Z', false],
  ])('%s', (_, from, to, occurredAt, included) => {
    const dependency = new EventsWithin('visit', { from, to });
    expect(stretchesOf([dependency], now)(new Date(occurredAt))).toEqual(included ? [dependency] : []);
  });

  it.each([
    ['2026-02-19T12:00:00Z', ['always']],
    ['2026-02-22T12:00:00Z', ['week', 'always']],
    ['2026-02-28T11:59:59.999Z', ['week', 'always']],
    ['2026-02-28T12:00:00Z', ['day', 'week', 'always']],
    ['2026-03-02T00:00:00Z', ['day', 'week', 'always']],
  ])('is found among others by when an event happens: at %s', (occurredAt, names) => {
    const all = {
      day: new EventsWithin('visit', { from: new Moment(86_400), to: null }),
      week: new EventsWithin('visit', sinceWeek),
      always: new EventsWithin('visit', ALWAYS),
    };
    const concerned = stretchesOf(Object.values(all), now);
    expect(concerned(new Date(occurredAt))).toEqual(names.map((name) => all[name as keyof typeof all]));
    expect(concerned(new Date(occurredAt))).toBe(concerned(new Date(occurredAt)));
  });

  it('has one name for the same events, and another for others', () => {
    const one = new EventsWithin('visit', sinceWeek);
    expect(new EventsWithin('visit', { from: new Moment(7 * 86_400), to: null }).name).toBe(one.name);
    for (const other of [
      new EventsWithin('visit', { from: new Moment(8 * 86_400), to: null }),
      new EventsWithin('visit', ALWAYS),
      new EventsWithin(null, sinceWeek),
      new EventsWithin('visit', { from: week, to: now }),
      new EventsWithin('visit', sinceWeek, { property: 'page', among: ['home'] }),
    ])
      expect(other.name).not.toBe(one.name);
  });

  it('is found by the property that it needs, whatever it is', () => {
    const needing = (property: string, ...among: (string | number | boolean)[]) =>
      new EventsWithin('visit', ALWAYS, { property, among });
    const all = {
      any: new EventsWithin('visit', ALWAYS),
      home: needing('page', 'home'),
      either: needing('page', 'home', 'help', 'home'),
      one: needing('depth', 1),
      text: needing('depth', '1'),
      no: needing('done', false),
      zero: needing('', 0),
      odd: needing('__proto__', 'x'),
      method: needing('toString', 'x'),
    };
    const lookedAt = new EventsByNeed(Object.values(all));
    const met = (properties: Record<string, unknown>) =>
      lookedAt
        .metBy(properties)
        .flat()
        .map((one) => Object.entries(all).find(([, known]) => known === one)?.[0]);
    expect(met({ page: 'home', depth: 1 })).toEqual(['any', 'home', 'either', 'one']);
    expect(met({ page: 'help', depth: '1' })).toEqual(['any', 'either', 'text']);
    expect(met({ page: 'Home', depth: 2, done: false })).toEqual(['any', 'no']);
    expect(met({ page: ['home'], depth: null, done: 0 })).toEqual(['any']);
    expect(met({ '': -0 })).toEqual(['any', 'zero']);
    expect(met(JSON.parse('{ "__proto__": "x", "toString": "x" }') as Record<string, unknown>)).toEqual([
      ...['any', 'odd', 'method'],
    ]);
    expect(met({})).toEqual(['any']);
    expect(lookedAt.metBy({ page: 'home' })[1]).toBe(lookedAt.metBy({ page: 'home', depth: 3 })[1]);
  });

  const purchase = (...where: object[]) => ({ type: 'purchase', where });
  const x = { path: 'p', is: { equals: 'x' } };
  const needX = { property: 'p', among: ['x'] };
  it.each<[string, object, unknown[]]>([
    ['equals a text', { event: purchase(x) }, [needX]],
    [
      'is one of some',
      { event: purchase({ path: 'p', is: { in: [1, true] } }) },
      [{ property: 'p', among: [1, true] }],
    ],
    ['is one of none', { event: purchase({ path: 'p', is: { in: [] } }) }, [{ property: 'p', among: [] }]],
    ['equals a list', { event: purchase({ path: 'p', is: { equals: ['x'] } }) }, [undefined]],
    [
      'is one of some, a list among them',
      { event: purchase({ path: 'p', is: { in: ['x', ['y']] } }) },
      [undefined],
    ],
    ['is further down', { event: purchase({ path: 'p.q', is: { equals: 'x' } }) }, [undefined]],
    ...['notEquals', 'gt', 'contains'].map((name): [string, object, unknown[]] => {
      return [name, { event: purchase({ path: 'p', is: { [name]: 'x' } }) }, [undefined]];
    }),
    [
      'is denied, or shared by what denies',
      { not: { event: purchase({ path: 'p', is: { gt: 5 } }, x) } },
      [needX],
    ],
    [
      'is of what must not follow',
      { event: { ...purchase(), notFollowedBy: { ...purchase(x), within: { days: 1 } } } },
      [undefined, needX],
    ],
    [
      'is of a sum',
      { event: { ...purchase(x), aggregate: { function: 'SUM', path: 'total', is: { gt: 5 } } } },
      [needX],
    ],
  ])(
    'needs what a rule says of a property, where no other event can matter: that it %s',
    (_, rule, needs) => {
      const all = [...dependenciesOf(parseRule(rule, { segmentRule: () => undefined })).values()];
      const events = all.filter((one) => one instanceof EventsWithin);
      expect(events.map((one) => one.needs)).toEqual(needs);
    },
  );
});
