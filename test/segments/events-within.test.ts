import { EventsWithin } from '../../src/segments/rule/events-within.js';
import { stretchesOf } from '../../src/segments/rule/stretches.js';
import { Moment } from '../../src/segments/rule/now.js';

const now = new Date('2026-03-01T12:00:00Z');
const week = new Moment(7 * 86_400);

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
    const dependency = new EventsWithin('visit', from, to);
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
      day: new EventsWithin('visit', new Moment(86_400), null),
      week: new EventsWithin('visit', week, null),
      always: new EventsWithin('visit', null, null),
    };
    const concerned = stretchesOf(Object.values(all), now);
    expect(concerned(new Date(occurredAt))).toEqual(names.map((name) => all[name as keyof typeof all]));
    expect(concerned(new Date(occurredAt))).toBe(concerned(new Date(occurredAt)));
  });

  it('has one name for the same events, and another for others', () => {
    const one = new EventsWithin('visit', week, null);
    expect(new EventsWithin('visit', new Moment(7 * 86_400), null).name).toBe(one.name);
    for (const other of [
      new EventsWithin('visit', new Moment(8 * 86_400), null),
      new EventsWithin('visit', null, null),
      new EventsWithin(null, week, null),
      new EventsWithin('visit', week, now),
    ])
      expect(other.name).not.toBe(one.name);
  });
});
