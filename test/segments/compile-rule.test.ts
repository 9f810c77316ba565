import { sql } from 'kysely';
import { conditionOf, nextChangeOf } from '../../src/rules/compile-rule.js';
import { earliest } from '../../src/rules/earliest.js';
import { compileSql } from '../../src/rules/compile-sql.js';
import { EventPasses } from '../../src/rules/events/event-passes.js';
import { Moment, NOW } from '../../src/rules/now.js';
import { parseRule } from '../../src/rules/parse-rule.js';
import type { Rule } from '../../src/rules/rule.js';
import type { Sql } from '../../src/rules/sql.js';

interface Compiled {
  text: string;
  parameters: readonly unknown[];
}

function parse(input: unknown, segments: Record<string, unknown> = {}): Rule {
  return parseRule(input, {
    segmentRule: (key) => (key in segments ? parse(segments[key], segments) : undefined),
  });
}

function show(sql: Sql): Compiled {
  const { text, parameters } = compileSql(sql);
  return { text: text.replaceAll(/\s+/g, ' ').replaceAll(' )', ')').trim(), parameters };
}

/** The condition of each rule, and the passes over events that all of them need together. */
function compile(
  rules: readonly unknown[],
  segments?: Record<string, unknown>,
): { conditions: Compiled[]; joins: Compiled } {
  const passes = new EventPasses();
  const conditions = rules.map((rule) => show(conditionOf(parse(rule, segments), passes)));
  return { conditions, joins: show(passes.joins()) };
}

const A = `(p.attributes -> $1::text)`;
const A2 = `(p.attributes -> $2::text)`;
/** The same as text. */
const plain = (value: string) => value.replace('->', '->>');
const asNumber = (value: string, same: string) =>
  `(case when jsonb_typeof(${value}) = 'number' then (${same})::numeric end)`;
const asText = (value: string, plain: string) =>
  `(case when jsonb_typeof(${value}) = 'string' then ${plain} end)`;
const PLAIN = '(p.attributes ->> $2::text)';
const lateral = (columns: string, conditions: string, alias = 'events0') =>
  `cross join lateral (select ${columns} from event e where e.shard = p.shard and e.profile_id = p.id and ${conditions}) as "${alias}"`;
/** What is dated ahead does not count. */
const begun = (parameter: number) => `e.occurred_at <= $${parameter}::timestamptz`;
/** The same where properties are read once. */
const reading = (columns: string, [values, conditions, meant]: readonly [string, string, string]) =>
  `cross join lateral (select ${columns} from (select e.shard, e.profile_id, e.occurred_at, e.id, e.type, ${values} from event e where e.shard = p.shard and e.profile_id = p.id and ${conditions} offset 0) e${meant}) as "events0"`;

describe('a comparison of an attribute becomes SQL, with texts and JSON as parameters', () => {
  it.each<[object, string, unknown[]]>([
    [{ equals: 1 }, `coalesce(${A} = $2::jsonb, false)`, ['k', '1']],
    [{ equals: { b: [true] } }, `coalesce(${A} = $2::jsonb, false)`, ['k', '{"b":[true]}']],
    [{ equals: 'a' }, `coalesce((p.attributes ->> $1::text) = $2::text, false)`, ['k', 'a']],
    [
      { equals: '1.5' },
      `coalesce(((p.attributes ->> $1::text) = $2::text and jsonb_typeof((p.attributes -> $3::text)) = 'string'), false)`,
      ['k', '1.5', 'k'],
    ],
    [{ notEquals: 'a' }, `coalesce(((${A} = $2::jsonb) is not true), false)`, ['k', '"a"']],
    [{ in: [1, 'a'] }, `coalesce(${A} = any($2::jsonb[]), false)`, ['k', ['1', '"a"']]],
    [
      { in: ['a', 'true'] },
      `coalesce(((p.attributes ->> $1::text) = any($2::text[]) and jsonb_typeof((p.attributes -> $3::text)) = 'string'), false)`,
      ['k', ['a', 'true'], 'k'],
    ],
    [{ notIn: [1] }, `coalesce(((${A} = any($2::jsonb[])) is not true), false)`, ['k', ['1']]],
    [{ gt: 5 }, `coalesce(${asNumber(A, A2)} > 5::numeric, false)`, ['k', 'k']],
    [{ gte: 5e-7 }, `coalesce(${asNumber(A, A2)} >= 5e-7::numeric, false)`, ['k', 'k']],
    [{ lt: 'b' }, `coalesce(${asText(A, PLAIN)} collate "C" < $3::text, false)`, ['k', 'k', 'b']],
    [{ lte: 'b' }, `coalesce(${asText(A, PLAIN)} collate "C" <= $3::text, false)`, ['k', 'k', 'b']],
    [
      { between: { from: -1, to: 2 } },
      `coalesce((${asNumber(A, A2)} >= -1::numeric and ${asNumber('(p.attributes -> $3::text)', '(p.attributes -> $4::text)')} <= 2::numeric), false)`,
      ['k', 'k', 'k', 'k'],
    ],
    [{ contains: 'x' }, `coalesce(strpos(${asText(A, PLAIN)}, $3::text) > 0, false)`, ['k', 'k', 'x']],
    [{ startsWith: 'x' }, `coalesce(starts_with(${asText(A, PLAIN)}, $3::text), false)`, ['k', 'k', 'x']],
    [
      { endsWith: 'x' },
      `coalesce(right(${asText(A, PLAIN)}, length($3::text)) = $4::text, false)`,
      ['k', 'k', 'x', 'x'],
    ],
    [
      { hasAny: [1, 'a'] },
      `coalesce(exists (select from jsonb_array_elements(case when jsonb_typeof(${A}) = 'array' then ${A2} else '[]' end) as element where element = any($3::jsonb[])), false)`,
      ['k', 'k', ['1', '"a"']],
    ],
    [
      { hasNone: [1] },
      `coalesce((not exists (select from jsonb_array_elements(case when jsonb_typeof(${A}) = 'array' then ${A2} else '[]' end) as element where element = any($3::jsonb[]))), false)`,
      ['k', 'k', ['1']],
    ],
    [{ exists: true }, `coalesce(${A} <> 'null', false)`, ['k']],
    [{ exists: false }, `coalesce((${plain(A)} is null), false)`, ['k']],
  ])('%j', (is, text, parameters) => {
    const { conditions, joins } = compile([{ attribute: { key: 'k', is } }]);
    expect(conditions).toEqual([{ text, parameters }]);
    expect(joins).toEqual({ text: '', parameters: [] });
  });
});

describe('rules put together', () => {
  const city = { attribute: { key: 'city', is: { exists: true } } };
  const name = { attribute: { key: 'name', is: { exists: false } } };

  it.each<[object, string, unknown[]]>([
    [{ all: [] }, 'true', []],
    [{ any: [] }, 'false', []],
    [{ not: { all: [] } }, '(not true)', []],
    [{ not: { any: [] } }, '(not false)', []],
    [{ all: [city] }, `(coalesce(${A} <> 'null', false))`, ['city']],
    [
      { all: [city, name] },
      `(coalesce(${A} <> 'null', false) and coalesce((${plain(A2)} is null), false))`,
      ['city', 'name'],
    ],
    [
      { any: [city, name] },
      `(coalesce(${A} <> 'null', false) or coalesce((${plain(A2)} is null), false))`,
      ['city', 'name'],
    ],
    [
      { any: [{ all: [city, { any: [] }] }, { not: name }] },
      `((coalesce(${A} <> 'null', false) and false) or (not coalesce((${plain(A2)} is null), false)))`,
      ['city', 'name'],
    ],
  ])('%j', (rule, text, parameters) => {
    expect(compile([rule]).conditions).toEqual([{ text, parameters }]);
  });

  it('has the rule of another segment in the place of the reference, through any chain', () => {
    const segments = { inner: { not: city }, outer: { all: [{ segment: { key: 'inner' } }, name] } };
    expect(compile([{ segment: { key: 'outer' } }], segments).conditions).toEqual([
      {
        text: `((not coalesce(${A} <> 'null', false)) and coalesce((${plain(A2)} is null), false))`,
        parameters: ['city', 'name'],
      },
    ]);
  });
});

describe('a question about events', () => {
  const withinLast = { days: 1, hours: 2, minutes: 3 };

  it('counts at least one without a count, and looks at all events so far without a period', () => {
    expect(compile([{ event: { type: 'purchase' } }])).toEqual({
      conditions: [{ text: '("events0"."c0" >= 1::bigint)', parameters: [] }],
      joins: {
        text: lateral('count(*) as "c0"', `e.type = $1::text and ${begun(2)}`),
        parameters: ['purchase', NOW],
      },
    });
  });

  it.each([
    [{ atLeast: 2 }, '>=', 2],
    [{ atMost: 0 }, '<=', 0],
    [{ exactly: 3 }, '=', 3],
  ])('counts %j', (count, symbol, n) => {
    expect(compile([{ event: { type: 'purchase', count } }]).conditions).toEqual([
      { text: `("events0"."c0" ${symbol} ${n}::bigint)`, parameters: [] },
    ]);
  });

  it('filters by properties, where JSON null is as absent as nothing, and by a period without its end', () => {
    const where = [
      { path: 'a.b', is: { equals: 1 } },
      { path: 'c', is: { exists: true } },
    ];
    const rule = {
      event: { type: 'purchase', where, from: '2026-01-01T01:00:00+01:00', to: '2026-02-01T00:00:00Z' },
    };
    expect(compile([rule]).joins).toEqual({
      text: reading('count(*) as "c0"', [
        '(e.properties #> $1::text[]) as v0, (e.properties -> $2::text) as v1',
        `e.type = $3::text and e.occurred_at >= least($4::timestamptz) and e.occurred_at >= $5::timestamptz and e.occurred_at < $6::timestamptz and ${begun(7)}`,
        ` where e.v0 = $8::jsonb and e.v1 <> 'null'`,
      ]),
      parameters: [
        ['a', 'b'],
        'c',
        'purchase',
        new Date('2026-01-01T00:00:00Z'),
        new Date('2026-01-01T00:00:00Z'),
        new Date('2026-02-01T00:00:00Z'),
        NOW,
        '1',
      ],
    });
  });

  it('reads a property once, and each form in which it is compared', () => {
    const where = (is: object) => [{ path: 'total', is }];
    const events = [{ gt: 5 }, { lte: 9 }, { gte: 'a' }, { equals: 7 }].map((is) => ({
      event: { type: 'purchase', where: where(is) },
    }));
    const value = '(e.properties -> $3::text) as v0';
    expect(compile(events).joins.text).toBe(
      'cross join lateral (select count(*) filter (where e.f0 > 5::numeric) as "c0", ' +
        'count(*) filter (where e.f0 <= 9::numeric) as "c1", ' +
        'count(*) filter (where e.f1 collate "C" >= $1::text) as "c2", ' +
        'count(*) filter (where e.v0 = $2::jsonb) as "c3" ' +
        `from (select e.*, ${asNumber('e.v0', 'e.v0')} as f0, ${asText('e.v0', `(e.v0 #>> '{}')`)} as f1 ` +
        `from (select e.shard, e.profile_id, e.occurred_at, e.id, e.type, ${value} ` +
        `from event e where e.shard = p.shard and e.profile_id = p.id and e.type = $4::text and ${begun(5)} offset 0) e offset 0) e) as "events0"`,
    );
  });

  it('keeps the present as a placeholder, for which each run gives its instant', () => {
    const passes = new EventPasses();
    const condition = conditionOf(parse({ event: { type: 'visit', withinLast } }), passes);
    expect(show(condition)).toEqual({ text: '("events0"."c0" >= 1::bigint)', parameters: [] });
    const joins = compileSql(passes.joins());
    expect(show(passes.joins())).toEqual({
      text: lateral(
        'count(*) as "c0"',
        'e.type = $1::text and e.occurred_at >= least($2::timestamptz) and e.occurred_at > $3::timestamptz and e.occurred_at <= $4::timestamptz',
      ),
      parameters: ['visit', new Moment(93_780), new Moment(93_780), NOW],
    });
    const now = new Date('2026-03-01T00:00:00Z');
    const begin = '2026-02-27T21:57:00.000Z';
    expect(joins.values(now)).toEqual(['visit', begin, begin, now.toISOString()]);
  });

  it('gives instants in UTC: pg writes a Date in the zone of the machine, and of old zones loses the seconds', () => {
    const passes = new EventPasses();
    conditionOf(parse({ event: { type: 'visit', from: '1890-01-01T00:00:00Z' } }), passes);
    const [, from] = compileSql(passes.joins()).values(new Date());
    expect(from).toBe('1890-01-01T00:00:00.000Z');
  });

  it('says when time alone changes the answer: an event leaves the window, or one dated ahead comes into it', () => {
    const passes = new EventPasses();
    const next = nextChangeOf(parse({ not: { event: { type: 'visit', withinLast } } }), passes);
    expect(next && show(next)).toEqual({ text: '"events0"."c0"', parameters: [] });
    expect(show(passes.joins()).text).toBe(
      lateral(
        'min(case when e.occurred_at > $1::timestamptz then e.occurred_at else e.occurred_at + make_interval(secs => 93780::float8) end) as "c0"',
        'e.type = $2::text and e.occurred_at >= least($3::timestamptz) and e.occurred_at > $4::timestamptz',
      ),
    );
  });

  it('takes the earliest of what its parts say, and nothing from those that time does not change', () => {
    const passes = new EventPasses();
    const timed = (type: string) => ({ event: { type, withinLast } });
    const next = nextChangeOf(
      parse({ any: [timed('visit'), { event: { type: 'visit' } }, { all: [timed('call')] }] }),
      passes,
    );
    expect(next && show(next).text).toBe('least("events0"."c0", "events1"."c0")');
    expect(nextChangeOf(parse({ all: [{ event: { type: 'visit' } }, { not: { any: [] } }] }), passes)).toBe(
      null,
    );
    expect(earliest([null, null])).toBe(null);
  });
});

describe('a statement about all people', () => {
  const ALL = [sql`e.shard < 9`];

  it('goes through events once, for all whom they are of; who has none has done nothing', () => {
    const passes = new EventPasses(ALL);
    const rule = {
      event: { type: 'visit', where: [{ path: 'p', is: { equals: 1 } }], count: { atMost: 2 } },
    };
    expect(show(conditionOf(parse(rule), passes)).text).toBe('(coalesce("events0"."c0", 0) <= 2::bigint)');
    expect(show(passes.joins()).text).toBe(
      'left join (select e.shard, e.profile_id, count(*) as "c0" from event e where e.shard < 9 and e.type = $1::text and ' +
        'e.occurred_at <= $2::timestamptz and (e.properties -> $3::text) = $4::jsonb group by e.shard, e.profile_id) as "events0" ' +
        'on "events0".shard = p.shard and "events0".profile_id = p.id',
    );
  });

  it('passes over events that none of its figures is of, and no others', () => {
    const passes = new EventPasses(ALL);
    const withinLast = { days: 1 };
    conditionOf(
      parse({ event: { type: 'visit', withinLast, where: [{ path: 'p', is: { equals: 1 } }] } }),
      passes,
    );
    conditionOf(parse({ event: { type: 'visit', withinLast } }), passes);
    expect(show(passes.joins()).text).toContain(
      'select e.shard, e.profile_id, count(*) filter (where (e.properties -> $1::text) = $2::jsonb) as "c0", count(*) as "c1" ' +
        'from event e where e.shard < 9 and e.type = $3::text and e.occurred_at >= least($4::timestamptz) ' +
        'and e.occurred_at > $5::timestamptz and e.occurred_at <= $6::timestamptz group by',
    );
  });
});

describe('passes over events are shared', () => {
  it('one for each type, however many rules ask', () => {
    const { conditions, joins } = compile([
      { event: { type: 'visit', count: { atLeast: 1 } } },
      { event: { type: 'visit', where: [{ path: 'p', is: { exists: true } }] } },
      { event: { type: 'call' } },
    ]);
    expect(conditions.map(({ text }) => text)).toEqual([
      '("events0"."c0" >= 1::bigint)',
      '("events0"."c1" >= 1::bigint)',
      '("events1"."c0" >= 1::bigint)',
    ]);
    expect(joins).toEqual({
      text: [
        reading(`count(*) as "c0", count(*) filter (where e.v0 <> 'null') as "c1"`, [
          '(e.properties -> $1::text) as v0',
          `e.type = $2::text and ${begun(3)}`,
          '',
        ]),
        lateral('count(*) as "c0"', `e.type = $4::text and ${begun(5)}`, 'events1'),
      ].join(' '),
      parameters: ['p', 'visit', NOW, 'call', NOW],
    });
  });

  it('with each figure reckoned once, also for rules that want different counts of it', () => {
    const visits = (count: object) => ({ event: { type: 'visit', from: '2026-01-01T00:00:00Z', count } });
    const { conditions, joins } = compile(
      [visits({ atLeast: 1 }), { not: visits({ atMost: 5 }) }, { segment: { key: 'often' } }],
      { often: visits({ atLeast: 9 }) },
    );
    expect(conditions).toEqual([
      { text: '("events0"."c0" >= 1::bigint)', parameters: [] },
      { text: '(not ("events0"."c0" <= 5::bigint))', parameters: [] },
      { text: '("events0"."c0" >= 9::bigint)', parameters: [] },
    ]);
    expect(joins.text.match(/count\(\*\)/g)).toHaveLength(1);
  });

  it('and figures that differ only in a parameter kept apart', () => {
    const since = (from: string) => ({ event: { type: 'visit', from } });
    const { conditions, joins } = compile([since('2026-01-01T00:00:00Z'), since('2026-01-02T00:00:00Z')]);
    expect(conditions.map(({ text }) => text)).toEqual([
      '("events0"."c0" >= 1::bigint)',
      '("events0"."c1" >= 1::bigint)',
    ]);
    expect(joins.text).toContain('e.occurred_at >= least($4::timestamptz, $5::timestamptz)');
    expect(joins.parameters).toEqual([
      new Date('2026-01-01T00:00:00Z'),
      new Date('2026-01-02T00:00:00Z'),
      'visit',
      new Date('2026-01-01T00:00:00Z'),
      new Date('2026-01-02T00:00:00Z'),
      NOW,
    ]);
  });

  it.each([
    ['the one without a bound first', [{ type: 'visit' }, { type: 'visit', withinLast: { days: 1 } }]],
    ['the one without a bound last', [{ type: 'visit', withinLast: { days: 1 } }, { type: 'visit' }]],
    [
      'only an end',
      [
        { type: 'visit', from: '2026-01-01T00:00:00Z' },
        { type: 'visit', to: '2026-01-01T00:00:00Z' },
      ],
    ],
  ])('with a lower bound only when all figures have one: %s', (_, events) => {
    const { joins } = compile(events.map((event) => ({ event })));
    expect(joins.text).not.toContain('least(');
  });

  it('and are begun only for the rows that ask for one of the rules that need them', () => {
    const passes = new EventPasses();
    const rules = [{ type: 'visit' }, { type: 'call' }, { type: 'visit', from: '2026-01-01T00:00:00Z' }];
    rules.forEach((event, index) => {
      passes.user = index;
      conditionOf(parse({ event }), passes);
    });
    const joins = passes.joins((users) => sql`asked.rule = any(${[...users]}::int[])`);
    const pass = (alias: string, columns: string, first: number) =>
      `left join lateral ( select * from (select ${columns} from event e where e.shard = p.shard and e.profile_id = p.id and e.type = $${first}::text and ${begun(first + 1)} offset 0) as figures where asked.rule = any($${first + 2}::int[]) offset 0) as "${alias}" on true`;
    expect(show(joins)).toEqual({
      text: [
        pass(
          'events0',
          'count(*) as "c0", count(*) filter (where e.occurred_at >= $1::timestamptz) as "c1"',
          2,
        ),
        pass('events1', 'count(*) as "c0"', 5),
      ].join(' '),
      parameters: [new Date('2026-01-01T00:00:00Z'), 'visit', NOW, [0, 2], 'call', NOW, [1]],
    });
  });
});

describe('no text that a user wrote is ever part of the SQL', () => {
  const HOSTILE = [
    `'; drop table profile; --`,
    `" or 1=1 --`,
    `$1`,
    `$$ $tag$ :name ? @>`,
    `/* comment */`,
    `\\'; select pg_sleep(9); --`,
    `}'::jsonb) or true or ('{`,
    `%_\\%`,
  ];
  const everywhere = (text: string, other: string) => ({
    all: [
      { attribute: { key: text, is: { equals: text } } },
      { attribute: { key: text, is: { in: [text, { [text]: text }] } } },
      { attribute: { key: text, is: { between: { from: text, to: other } } } },
      { attribute: { key: text, is: { contains: text } } },
      { attribute: { key: text, is: { startsWith: text } } },
      { attribute: { key: text, is: { endsWith: text } } },
      { attribute: { key: text, is: { hasAny: [text] } } },
      { attribute: { key: text, is: { hasAll: [text] } } },
      {
        event: {
          type: text,
          where: [{ path: text, is: { notEquals: text } }],
          withinLast: { minutes: 1 },
        },
      },
    ],
  });
  const textsOf = (rule: unknown) => {
    const passes = new EventPasses();
    const parsed = parse(rule);
    const next = nextChangeOf(parsed, passes);
    return [conditionOf(parsed, passes), passes.joins(), next!].map((sql) => compileSql(sql).text);
  };
  // What reads as JSON is compared otherwise.
  const pairs = [...HOSTILE.map((text) => [text, 'word'] as const), ['null', '7'] as const];

  it.each(pairs)('as key, value, type and path: %s', (text, harmless) => {
    const { conditions } = compile([everywhere(text, `${text} `)]);
    expect(textsOf(everywhere(text, `${text} `))).toEqual(textsOf(everywhere(harmless, `${harmless} `)));
    expect(conditions[0]?.parameters).toContain(text);
  });
});
