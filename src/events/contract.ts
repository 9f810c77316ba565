import type { UnknownPolicy } from '../access/index.js';
import { currencyCode, furtherFaults, MAX_FAULTS, OnefoldError } from '../platform/index.js';
import type { InstantReading } from '../platform/index.js';
import { asKept, valueCheck } from '../profiles/index.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';
import { currencyKeysIn, namesNoCurrency } from './money.js';

/** What an event is held against. */
export interface Contract {
  /** The properties as they are kept. @param reading how their source writes instants */
  asKept(properties: Properties, reading?: InstantReading): Properties;
  /**
   * Adds to `errors` what an event, as it is kept, breaks, with paths from the item inwards.
   * @returns the keys of properties that the contract does not know, when they are to be discovered
   */
  check(properties: object, policy: UnknownPolicy, errors: OnefoldError[]): readonly string[];
}

type Properties = Record<string, unknown>;

const NOTHING: readonly string[] = [];

/** Makes the contract of a type ready for use. A property that is null counts as absent. */
export function compileContract(definition: EventTypeDefinition): Contract {
  const { key: type, properties: definitions } = definition;
  const currencies = currencyKeysIn(definition);
  const checks = new Map(
    definitions.map((one) => [one.key, currencies.has(one.key) ? currencyCheck(one) : valueCheck(one)]),
  );
  const required = definitions.filter(({ isRequired }) => isRequired).map(({ key }) => key);
  const datetimes = definitions.filter(({ type }) => type === 'DATETIME');
  const codes = definitions.filter(({ key }) => currencies.has(key));
  return {
    asKept(properties, reading) {
      const told = ({ key }: PropertyDefinition) => Object.hasOwn(properties, key);
      const kept = [
        ...datetimes
          .filter(told)
          .map(({ key }) => [key, asKept('DATETIME', properties[key], reading)] as const),
        ...codes.filter(told).map((one) => [one.key, currencyAsKept(one, properties[one.key])] as const),
      ];
      if (kept.every(([key, value]) => value === properties[key])) return properties;
      const all = Object.entries({ ...properties, ...Object.fromEntries(kept) });
      return Object.fromEntries(all.filter(([, value]) => value !== undefined));
    },
    check(properties, policy, errors) {
      let unknown: string[] | undefined;
      for (const [key, value] of Object.entries(properties)) {
        const check = checks.get(key);
        if (!check) (unknown ??= []).push(key);
        else if (value !== null) {
          const expected = check(value);
          if (expected !== null) errors.push(invalid(type, key, expected));
        }
      }
      for (const key of required) {
        const value = (properties as Record<string, unknown>)[key];
        if (!Object.hasOwn(properties, key) || value === null || value === undefined)
          errors.push(missing(type, key));
      }
      if (!unknown) return NOTHING;
      if (policy === 'DISCOVER') return unknown;
      errors.push(...unknown.slice(0, MAX_FAULTS).map(refused));
      if (unknown.length > MAX_FAULTS) errors.push(furtherFaults(['properties']));
      return NOTHING;
    },
  };
}

function currencyCheck(definition: PropertyDefinition): (value: unknown) => string | null {
  const check = valueCheck(definition);
  return (value) =>
    check(value) ?? (currencyCode(value) === null ? 'the ISO 4217 code of a currency, such as EUR,' : null);
}

/** The code in capitals, unless the contract allows it in another spelling alone; undefined for a blank text. */
function currencyAsKept({ allowedValues }: PropertyDefinition, value: unknown): unknown {
  if (namesNoCurrency(value)) return undefined;
  const code = currencyCode(value) ?? value;
  return allowedValues && !allowedValues.includes(code) ? value : code;
}

function invalid(type: string, key: string, expected: string): OnefoldError {
  return new OnefoldError('PROPERTY_INVALID', {
    path: ['properties', key],
    message: `The contract of "${type}" takes ${expected} here. Fix the value, or widen the contract.`,
  });
}

function missing(type: string, key: string): OnefoldError {
  return new OnefoldError('PROPERTY_REQUIRED', {
    path: ['properties', key],
    message: `The contract of "${type}" requires this property. Send it.`,
  });
}

function refused(key: string): OnefoldError {
  return new OnefoldError('PROPERTY_UNKNOWN', { path: ['properties', key] });
}
