import { sources } from '../access/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { checkValueRule } from './value-type.js';

const MAX_SOURCES = 50;
const MAX_SECONDS = 10 * 366 * 86_400;

/**
 * Refuses what an attribute cannot say of itself; key, label and description are checked elsewhere.
 * @throws OnefoldError TOO_MANY, INVALID_VALUE, SOURCE_UNKNOWN, with the path of the field
 */
export async function checkAttribute(
  tx: Transaction,
  { sources: ranked, expectedEverySeconds, ...rule }: AttributeDefinition,
): Promise<void> {
  checkValueRule(rule, []);
  if (expectedEverySeconds !== null && (expectedEverySeconds < 1 || expectedEverySeconds > MAX_SECONDS)) {
    throw new OnefoldError('INVALID_VALUE', {
      path: ['expectedEverySeconds'],
      message: 'From 1 second to ten years; leave it out when nothing is expected.',
    });
  }
  if (ranked.length > MAX_SOURCES)
    throw new OnefoldError('TOO_MANY', {
      path: ['sources'],
      message: `At most ${MAX_SOURCES} sources can be put in order.`,
    });
  const known = new Set([...(await sources.read(tx)).values()].map((source) => source.key));
  for (const [index, source] of ranked.entries()) {
    const path = ['sources', String(index)];
    if (!known.has(source)) throw new OnefoldError('SOURCE_UNKNOWN', { path });
    if (ranked.indexOf(source) < index)
      throw new OnefoldError('INVALID_VALUE', { path, message: 'This source is in the list already.' });
  }
}
