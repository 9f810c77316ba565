import { keptOr, OnefoldError, readCountry } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkTimeZone } from './check-time-zone.js';
import type { Source } from './source.entity.js';

/** How the items of a source are read. */
export type SourceSettings = Omit<Source, 'id' | 'workspaceId' | 'key' | 'name' | 'createdAt' | 'updatedAt'>;

/** What is absent stays; null removes what may be without a value, and is refused for the rest. */
export type SourceSettingsInput = { [Name in keyof SourceSettings]?: SourceSettings[Name] | null };

export const NEW_SOURCE: SourceSettings = {
  unknownAttributes: 'DISCOVER',
  unknownEvents: 'DISCOVER',
  unknownTags: 'WARN',
  mistypedAttributes: 'WARN',
  defaultCountry: null,
  timeZone: null,
  epoch: null,
};

/** @throws OnefoldError INVALID_VALUE, REQUIRED */
export async function changeSettings(
  tx: Transaction,
  before: SourceSettings,
  input: SourceSettingsInput,
): Promise<SourceSettings> {
  const { defaultCountry = before.defaultCountry, timeZone = before.timeZone, epoch = before.epoch } = input;
  if (timeZone !== null && timeZone !== before.timeZone) await checkTimeZone(tx, timeZone);
  return {
    unknownAttributes: keptOr(before.unknownAttributes, input.unknownAttributes, 'unknownAttributes'),
    unknownEvents: keptOr(before.unknownEvents, input.unknownEvents, 'unknownEvents'),
    unknownTags: keptOr(before.unknownTags, input.unknownTags, 'unknownTags'),
    mistypedAttributes: keptOr(before.mistypedAttributes, input.mistypedAttributes, 'mistypedAttributes'),
    defaultCountry: defaultCountry === null ? null : countryOf(defaultCountry),
    timeZone,
    epoch,
  };
}

function countryOf(text: string): string {
  const country = readCountry(text);
  if (country !== null) return country;
  throw new OnefoldError('INVALID_VALUE', {
    path: ['defaultCountry'],
    message: 'The two letters of a country are expected here (ISO 3166-1), such as NL.',
  });
}
