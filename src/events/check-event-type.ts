import { checkDescription, checkName } from '../definitions/index.js';
import { canonicalJson, checkText, OnefoldError } from '../platform/index.js';
import { checkValueRule } from '../profiles/index.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';
import { canNameCurrency } from './money.js';

export const MAX_TYPE = 100;
const MAX_KEY = 100;
const MAX_PROPERTIES = 200;

/**
 * Refuses a contract that says what it cannot; its key, label and description are checked elsewhere.
 * @throws OnefoldError REQUIRED, TOO_LONG, TOO_MANY, INVALID_VALUE, KEY_TAKEN, with the path of the offending place
 */
export function checkEventType({ properties }: EventTypeDefinition): void {
  if (properties.length > MAX_PROPERTIES)
    throw new OnefoldError('TOO_MANY', {
      path: ['properties'],
      message: `A contract has at most ${MAX_PROPERTIES} properties.`,
    });
  const seen = new Set<string>();
  for (const [index, property] of properties.entries()) {
    const path = ['properties', String(index)];
    checkText(property.key, MAX_KEY, [...path, 'key']);
    if (seen.has(property.key))
      throw new OnefoldError('KEY_TAKEN', {
        path: [...path, 'key'],
        message: 'The contract has this property already. Say all of it in one place.',
      });
    seen.add(property.key);
    if (property.label !== null) checkName(property.label, [...path, 'label']);
    if (property.description !== null) checkDescription(property.description, [...path, 'description']);
    checkValueRule(property, path);
  }
  for (const [index, property] of properties.entries())
    checkCurrencyKey(property, properties, ['properties', String(index), 'currencyKey']);
}

function checkCurrencyKey(
  { key, type, currencyKey }: PropertyDefinition,
  properties: readonly PropertyDefinition[],
  path: readonly string[],
): void {
  if (currencyKey == null) return;
  const isAmount = type === 'NUMBER' && currencyKey !== key;
  if (isAmount && canNameCurrency({ properties }, currencyKey)) return;
  throw new OnefoldError('INVALID_VALUE', {
    path,
    message: isAmount
      ? 'The key of a property of this contract is expected here, of the type TEXT.'
      : 'Only a number is an amount of money: leave `currencyKey` out.',
  });
}

/**
 * A contract only grows: whatever it took before, it takes afterwards. (Except that amounts of money may be called so
 * later: from then on their currencies are checked.)
 * @throws OnefoldError CONTRACT_NARROWED with the path of the property, as it stands in `after`
 */
export function checkGrowth(before: EventTypeDefinition, after: EventTypeDefinition): void {
  const places = new Map(after.properties.map((property, index) => [property.key, { property, index }]));
  for (const old of before.properties) {
    const place = places.get(old.key);
    if (!place) throw narrowed(['properties'], `It no longer has the property "${old.key}".`);
    const path = ['properties', String(place.index)];
    const fault = narrowing(old, place.property);
    if (fault) throw narrowed([...path, fault.field], fault.message);
    places.delete(old.key);
  }
  for (const { property, index } of places.values())
    if (property.isRequired)
      throw narrowed(
        ['properties', String(index), 'isRequired'],
        `Events without "${property.key}" were accepted before.`,
      );
}

function narrowing(
  before: PropertyDefinition,
  after: PropertyDefinition,
): { field: string; message: string } | null {
  if (after.type !== before.type && after.type !== 'JSON')
    return {
      field: 'type',
      message: `"${before.key}" is of the type ${before.type}; it can only become JSON.`,
    };
  if (after.isRequired && !before.isRequired)
    return { field: 'isRequired', message: `Events without "${before.key}" were accepted before.` };
  if (!after.allowedValues) return null;
  const allowed = new Set(after.allowedValues.map(canonicalJson));
  if (!before.allowedValues || before.allowedValues.some((value) => !allowed.has(canonicalJson(value))))
    return { field: 'allowedValues', message: `Other values of "${before.key}" were accepted before.` };
  return null;
}

function narrowed(path: readonly string[], message: string): OnefoldError {
  return new OnefoldError('CONTRACT_NARROWED', {
    path,
    message: `${message} A contract only grows: add a property or another type of event instead.`,
  });
}
