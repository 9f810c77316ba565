import { sql } from 'kysely';
import { TIME_ZONE } from '../../access/index.js';
import { canonicalJson, ExactNumber, isNumber, MASK } from '../../platform/index.js';
import type { Comparison } from './comparison.js';
import { instantOperand, isOneOf, isOrdered } from './instant-operand.js';
import { invalid } from '../invalid.js';
import type { JsonValue } from './json-value.js';
import { valuesIn } from './operand-types.js';
import type { Operands } from './operand-types.js';
import { RELATIVE_DATES } from './relative-date.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';

interface Operator {
  operands: Operands;
  parse(operand: unknown, path: RulePath, timeZone: string): Comparison;
}

const MAX_OPERANDS = 1_000;
const MAX_TEXT = 1_000;

/** How values can be compared, by the field of ComparisonInput. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  equals: operator(
    'VALUE',
    parseScalar,
    (value, wanted, timeZone) => isAmong(value, [wanted], timeZone),
    'is',
    show,
    (wanted) => [wanted],
  ),
  notEquals: operator(
    'VALUE',
    parseScalar,
    (value, wanted, timeZone) =>
      instantOperand(wanted, timeZone)
        ? sql`((${isAmong(value, [wanted], timeZone)}) is not true)`
        : sql`((${value.json} = ${json(wanted)}) is not true)`,
    'is not',
  ),
  in: operator('VALUES', parseList, isAmong, 'is one of', show, (wanted) => wanted),
  notIn: operator(
    'VALUES',
    parseList,
    (value, wanted, timeZone) =>
      wanted.some((one) => instantOperand(one, timeZone))
        ? sql`((${isAmong(value, wanted, timeZone)}) is not true)`
        : sql`((${value.json} = any(${jsonList(wanted)})) is not true)`,
    'is none of',
  ),
  gt: operator('ORDERED', parseOrdered, ordered('>'), 'is more than'),
  gte: operator('ORDERED', parseOrdered, ordered('>='), 'is at least'),
  lt: operator('ORDERED', parseOrdered, ordered('<'), 'is less than'),
  lte: operator('ORDERED', parseOrdered, ordered('<='), 'is at most'),
  between: operator(
    'RANGE',
    parseRange,
    (value, { from, to }, timeZone) =>
      sql`(${ordered('>=')(value, from, timeZone)} and ${ordered('<=')(value, to, timeZone)})`,
    'is between',
    ({ from, to }) => `${show(from)} and ${show(to)}`,
  ),
  contains: operator(
    'TEXT',
    parseText,
    (value, wanted) => sql`strpos(${value.text}, ${wanted}::text) > 0`,
    'contains',
  ),
  startsWith: operator(
    'TEXT',
    parseText,
    (value, wanted) => sql`starts_with(${value.text}, ${wanted}::text)`,
    'starts with',
  ),
  endsWith: operator(
    'TEXT',
    parseText,
    (value, wanted) => sql`right(${value.text}, length(${wanted}::text)) = ${wanted}::text`,
    'ends with',
  ),
  hasAny: operator('ELEMENTS', parseList, (value, wanted) => hasAny(value, wanted), 'has any of'),
  hasAll: operator('ELEMENTS', parseList, (value, wanted) => hasAll(value, wanted), 'has all of'),
  hasNone: operator(
    'ELEMENTS',
    parseList,
    (value, wanted) => sql`(not ${hasAny(value, wanted)})`,
    'has none of',
  ),
  exists: operator(
    'PRESENCE',
    parseBoolean,
    (value, wanted) => {
      return wanted ? sql`${value.json} <> 'null'` : sql`(${value.plain} is null)`;
    },
    '',
    (wanted) => (wanted ? 'is known' : 'is not known'),
  ),
  ...Object.fromEntries(
    Object.entries(RELATIVE_DATES).map(([name, parse]) => [name, { operands: 'DURATION' as const, parse }]),
  ),
};

function operator<T>(
  operands: Operands,
  parse: (operand: unknown, path: RulePath) => T,
  holds: (value: JsonValue, wanted: T, timeZone: string) => Sql,
  verb: string,
  describe: (wanted: T) => string = show,
  among?: (wanted: T) => readonly unknown[],
): Operator {
  return {
    operands,
    parse(operand, path, timeZone) {
      const wanted = parse(operand, path);
      const isOfTime = valuesIn(operands, operand).some(({ value }) => instantOperand(value, timeZone));
      return {
        holds: (value) => holds(value, wanted, timeZone),
        // An instant has many spellings.
        ...(among && !isOfTime && { among: among(wanted) }),
        ...(isOfTime && { dependsOn: [TIME_ZONE] }),
        // Whether a value is known says nothing of what it is.
        describe: (isMasked = false) =>
          [verb, isMasked && operands !== 'PRESENCE' ? MASK : describe(wanted)].filter(Boolean).join(' '),
      };
    },
  };
}

/** Whether it is one of these. Dates and instants are compared as such, whatever their spelling. */
function isAmong(value: JsonValue, wanted: readonly unknown[], timeZone: string): Sql {
  const instants = wanted.flatMap((one) => instantOperand(one, timeZone) ?? []);
  const others = wanted.filter((one) => !instantOperand(one, timeZone));
  if (instants.length === 0) return isValue(value, others);
  const isInstant = isOneOf(value, instants, timeZone);
  return others.length === 0 ? isInstant : sql`(${isInstant} or ${isValue(value, others)})`;
}

function isValue(value: JsonValue, wanted: readonly unknown[]): Sql {
  const [only, ...others] = wanted;
  if (wanted.length > 0 && wanted.every((one) => typeof one === 'string'))
    return isText(value, wanted.length === 1 ? sql`= ${only}::text` : sql`= any(${wanted}::text[])`, wanted);
  return only !== undefined && others.length === 0
    ? sql`${value.json} = ${json(only)}`
    : sql`${value.json} = any(${jsonList(wanted)})`;
}

/** Whether it is one of some texts. What it is is only asked where another value could read the same: `true`, `1.5`, `[]`. */
function isText({ plain, json }: JsonValue, what: Sql, wanted: readonly string[]): Sql {
  const reads = sql`${plain} ${what}`;
  return wanted.some(isJson) ? sql`(${reads} and jsonb_typeof(${json}) = 'string')` : reads;
}

/** What no JSON begins with need not be tried: it takes an error to learn that a text is none. */
const MAY_BE_JSON = /^[\s"[{\-\dtfn]/;

function isJson(text: string): boolean {
  if (!MAY_BE_JSON.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Ordered = string | number | ExactNumber;

/** Numbers by value; dates and instants in the order of time; other texts by code point. */
function ordered(symbol: '>' | '>=' | '<' | '<=') {
  return (value: JsonValue, wanted: Ordered, timeZone: string): Sql => {
    const is = sql.raw(symbol);
    if (typeof wanted !== 'string') {
      const number = wanted instanceof ExactNumber ? wanted.text : wanted;
      return sql`${value.number} ${is} ${sql.lit(number)}::numeric`;
    }
    const operand = instantOperand(wanted, timeZone);
    return operand
      ? isOrdered(value, symbol, { operand, timeZone })
      : sql`${value.text} collate "C" ${is} ${wanted}::text`;
  };
}

/** Texts are looked up in a list by the database itself, which is quicker by far than to take it apart. */
function hasAny(value: JsonValue, wanted: readonly unknown[]): Sql {
  if (wanted.every((one) => typeof one === 'string'))
    return sql`(coalesce(jsonb_typeof(${value.json}), '') = 'array' and ${value.json} ?| ${wanted}::text[])`;
  return sql`exists (select from ${elements(value)} where element = any(${jsonList(wanted)}))`;
}

/** Not with `@>`, which looks into the elements and takes a part of one for it. */
function hasAll(value: JsonValue, wanted: readonly unknown[]): Sql {
  if (wanted.every((one) => typeof one === 'string'))
    return sql`(jsonb_typeof(${value.json}) = 'array' and ${value.json} ?& ${wanted}::text[])`;
  const distinct = new Set(wanted.map(canonicalJson)).size;
  return sql`(jsonb_typeof(${value.json}) = 'array' and (
    select count(distinct element) from ${elements(value)} where element = any(${jsonList(wanted)})
  ) = ${distinct}::int)`;
}

function elements({ json }: JsonValue): Sql {
  return sql`jsonb_array_elements(case when jsonb_typeof(${json}) = 'array' then ${json} else '[]' end) as element`;
}

function json(value: unknown): Sql {
  return sql`${JSON.stringify(value)}::jsonb`;
}

function jsonList(values: readonly unknown[]): Sql {
  return sql`${values.map((value) => JSON.stringify(value))}::jsonb[]`;
}

function parseScalar(operand: unknown, path: RulePath): unknown {
  if (operand === null || operand === undefined)
    throw invalid(path, 'Nothing equals null: use `exists: false` for what is not known.');
  if (JSON.stringify(operand).length > MAX_TEXT)
    throw invalid(path, `A value in a rule has at most ${MAX_TEXT} characters.`);
  return operand;
}

function parseList(operand: unknown, path: RulePath): readonly unknown[] {
  if (!Array.isArray(operand)) throw invalid(path, 'A list is expected here.');
  if (operand.length > MAX_OPERANDS)
    throw invalid(path, `A list in a rule has at most ${MAX_OPERANDS} values.`);
  return operand.map((value, index) => parseScalar(value, [...path, String(index)]));
}

function parseOrdered(operand: unknown, path: RulePath): Ordered {
  if (isNumber(operand)) return operand;
  if (typeof operand === 'string' && operand.length <= MAX_TEXT) return operand;
  if (typeof operand === 'string')
    throw invalid(path, `A text in a rule has at most ${MAX_TEXT} characters.`);
  throw invalid(path, 'This compares numbers or texts (dates as ISO 8601 text): give one of them.');
}

function parseRange(operand: unknown, path: RulePath): { from: Ordered; to: Ordered } {
  const range = (operand ?? {}) as { from?: unknown; to?: unknown };
  const from = parseOrdered(range.from, [...path, 'from']);
  const to = parseOrdered(range.to, [...path, 'to']);
  if (isNumber(from) !== isNumber(to))
    throw invalid(path, '`from` and `to` must both be numbers or both be texts.');
  return { from, to };
}

function parseText(operand: unknown, path: RulePath): string {
  if (typeof operand !== 'string' || operand === '')
    throw invalid(path, 'A text is expected here, and not an empty one.');
  if (operand.length > MAX_TEXT) throw invalid(path, `A text in a rule has at most ${MAX_TEXT} characters.`);
  return operand;
}

function parseBoolean(operand: unknown, path: RulePath): boolean {
  if (typeof operand !== 'boolean') throw invalid(path, '`true` or `false` is expected here.');
  return operand;
}

function show(value: unknown): string {
  return Array.isArray(value)
    ? value.map(show).join(', ')
    : typeof value === 'string'
      ? `"${value}"`
      : JSON.stringify(value);
}
