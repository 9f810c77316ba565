import { plainText } from '../platform/index.js';

const QUOTED = /^(["'`“”‘’«»]+)(.*?)["'`“”‘’«»]+$/s;
const WRAPPED = /^[[({<]+(.*?)[\])}>]+$/s;
const NUMBER_OF_DEVICE = /^(?:[0-9a-f][-:.]?){12,}$/;

/**
 * A value for the comparison with placeholders: `"NULL"`, `<null>` and ` Null ` are one, `undefined_undefined` is two
 * words, and UUIDs and MAC addresses are their hexadecimal digits.
 */
export function bareValue(value: string): string {
  const bare = unwrapped(plainText(value).toLowerCase());
  const hex = bare.replace(/^urn:uuid:/, '');
  return NUMBER_OF_DEVICE.test(hex) ? hex.replace(/[-:.]/g, '') : bare.split(/[\s,;|_]+/).join(' ');
}

/** Without quotes around it. */
export function unquoted(text: string): string {
  return QUOTED.exec(text)?.[2]?.trim() ?? text;
}

function unwrapped(text: string): string {
  const inner = (QUOTED.exec(text) ? unquoted(text) : (WRAPPED.exec(text)?.[1] ?? text)).trim();
  return inner === text || inner === '' ? text : unwrapped(inner);
}
