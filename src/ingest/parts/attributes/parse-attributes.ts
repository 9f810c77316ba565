import { canonicalKey, checkJson, checkText, OnefoldError } from '../../../platform/index.js';
import { inferType } from '../../../profiles/index.js';
import type { AttributeRules } from '../../../profiles/index.js';
import { checkObject } from '../check-object.js';
import { inOneSpelling } from '../in-one-spelling.js';
import type { ItemReading, RawFields } from '../item-part.js';

/** By key. A null value says that it is no longer so. */
export type ItemAttributes = ReadonlyMap<string, unknown>;

const MAX_KEY = 100;
const MAX_ATTRIBUTES = 200;
export const NO_ATTRIBUTES: ItemAttributes = new Map();

/**
 * The attributes of an item that can be kept. The settings of its source decide about the others.
 * @throws OnefoldError INVALID_VALUE, TOO_MANY
 */
export function parseAttributes(
  { attributes: given }: RawFields,
  reading: ItemReading,
  rules: AttributeRules,
): ItemAttributes {
  if (given === undefined || given === null) return NO_ATTRIBUTES;
  checkObject(given, ['attributes']);
  const entries = Object.entries(given);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new OnefoldError('TOO_MANY', {
      path: ['attributes'],
      message: `An item holds at most ${MAX_ATTRIBUTES} attributes.`,
    });
  }
  const kept = entries.filter(([key, value]) => isKeepable(key, value, reading));
  const keepable = kept.length === entries.length ? given : Object.fromEntries(kept);
  const spelled = Object.entries(inOneSpelling(keepable, ['attributes'], reading.warnings)).map(
    ([key, value]): [string, unknown] => [key, rules.asKept(key, value, reading.source)],
  );
  const unusable = faultsIn(reading);
  const isUsable = (key: string, value: unknown) => {
    const before = unusable.length;
    rules.check(key, value, unusable);
    return unusable.length === before;
  };
  const attributes = new Map(spelled.filter(([key, value]) => isUsable(key, value)));
  if (attributes.size === 0) return NO_ATTRIBUTES;
  checkNames(attributes, reading, rules);
  return attributes;
}

function isKeepable(key: string, value: unknown, reading: ItemReading): boolean {
  try {
    checkText(canonicalKey(key), MAX_KEY, ['attributes', key]);
    checkJson(value, ['attributes', key]);
    return true;
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    faultsIn(reading).push(error);
    return false;
  }
}

function faultsIn({ source, errors, warnings }: ItemReading): OnefoldError[] {
  return source?.mistypedAttributes === 'REJECT' ? errors : warnings;
}

/** Names that nobody has defined are new, or faults, as the source says. */
function checkNames(
  attributes: ItemAttributes,
  { source, sourceId, noted: names, errors, discoveries }: ItemReading,
  rules: AttributeRules,
): void {
  const noted = names.at('ATTRIBUTE', '');
  for (const [key, value] of attributes) {
    if (rules.has(key)) continue;
    if (source?.unknownAttributes === 'REJECT')
      errors.push(new OnefoldError('ATTRIBUTE_UNKNOWN', { path: ['attributes', key] }));
    else if (value !== null && !noted.has(key))
      discoveries.push({ kind: 'ATTRIBUTE', of: '', key, type: inferType(value), sourceId });
  }
}
