import { turns } from '../turns.js';

/** Lists in lists are taken apart; what is below those is short. */
const LISTS = 2;
/** JSON.stringify takes less than a millisecond for an answer of so much text: see `leftOf`. */
const SHORT = 64 * 1024;
/** What a number, a name or a bracket is counted as, in characters. */
const SMALL = 8;
/** Pieces between two looks at the time. */
const PIECES = 50;

/**
 * As JSON.stringify of an answer of GraphQL.js, for one so large that everybody would wait for it.
 * @returns null when it comes to more characters than this
 */
export async function stringifyInTurns(
  answer: object,
  { who, most }: { who: string; most: number },
): Promise<string | null> {
  if (leftOf(SHORT, answer) >= 0) return JSON.stringify(answer);
  let [text, pieces] = ['', 0];
  for (const piece of piecesOf(answer, LISTS)) {
    text += piece;
    if (text.length > most) return null;
    pieces += 1;
    if (pieces % PIECES > 0) continue;
    const turn = turns.next(who);
    if (turn) await turn;
  }
  return text;
}

/** What is left of a number of characters when a value has been written; below 0 as soon as it is too much. */
function leftOf(characters: number, value: unknown): number {
  if (typeof value === 'string') return characters - value.length;
  let left = characters - SMALL;
  if (typeof value !== 'object' || value === null) return left;
  for (const key in value) {
    left = leftOf(left - SMALL, (value as Record<string, unknown>)[key]);
    if (left < 0) return left;
  }
  return left;
}

function* piecesOf(value: unknown, lists: number): Generator<string> {
  if (Array.isArray(value) && lists > 0) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* piecesOf(item ?? null, lists - 1);
    }
    yield ']';
  } else if (lists > 0 && isObject(value)) {
    yield '{';
    let isFirst = true;
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
      isFirst = false;
      yield* piecesOf(field, lists);
    }
    yield '}';
  } else yield JSON.stringify(value);
}

/** Objects of the answer have no prototype, or the plain one; dates and the like write themselves. */
function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
