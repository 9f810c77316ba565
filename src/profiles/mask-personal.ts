import { Scope } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import { attributeDefinitions } from './attribute-definitions.js';

const MASK = '***';

/** What the viewer may see of the value of an attribute. */
export type Masking = (key: string, value: unknown) => unknown;

/** @returns what the viewer may see of the value of an attribute: without READ_PII, of personal ones, that there is one */
export async function maskingFor(context: RequestContext): Promise<Masking> {
  if (context.has(Scope.READ_PII)) return (_key, value) => value;
  const definitions = await attributeDefinitions.read(await context.reading());
  return (key, value) => (value !== null && definitions.get(key)?.isPersonal ? MASK : value);
}
