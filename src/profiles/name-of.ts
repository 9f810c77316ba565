import { isBlank } from '../platform/index.js';

/** The attributes that name a person. */
export const NAMES = ['displayName', 'firstName', 'lastName'] as const;

/** Whether something is known by a value: a text that shows nothing says nothing. */
export function saysSomething(value: unknown): boolean {
  return value !== null && !(typeof value === 'string' && isBlank(value));
}

/** Whether a value of one of these attributes is a name. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && !isBlank(value);
}

/** The name to show: `displayName`, or else the others. Null when none is known. */
export function nameOf(attributes: Readonly<Record<string, unknown>>): string | null {
  const [display, ...others] = NAMES.map((key) => attributes[key]);
  return isName(display) ? display : others.filter(isName).join(' ') || null;
}
