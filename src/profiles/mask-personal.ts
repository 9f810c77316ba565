import type { RequestContext } from '../access/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import { privacyOf, shownBy } from './privacy.js';
import type { Shown } from './privacy.js';

/** What the viewer may see of the value of an attribute. */
export type Masking = (key: string, value: unknown) => Shown;

export async function maskingFor(context: RequestContext): Promise<Masking> {
  if (context.seesPersonal) return (_key, value) => ({ value, isMasked: false });
  const definitions = await attributeDefinitions.read(await context.reading());
  return (key, value) => shownBy(privacyOf(definitions.get(key) ?? { key }), value);
}
