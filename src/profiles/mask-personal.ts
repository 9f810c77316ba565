import type { RequestContext } from '../access/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import { privacyOf } from './privacy.js';

/** What the viewer may see of the value of an attribute. */
export type Masking = (key: string, value: unknown) => unknown;

export async function maskingFor(context: RequestContext): Promise<Masking> {
  if (context.seesPersonal) return (_key, value) => value;
  const definitions = await attributeDefinitions.read(await context.reading());
  return (key, value) => privacyOf(definitions.get(key) ?? { key }).mask(value);
}
