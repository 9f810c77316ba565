import { domainToASCII } from 'node:url';
import { plainText } from './plain-text.js';

const MAX_LENGTH = 256;
/** With a name and a subject around it. */
const MAX_READ = 1_000;
/** What most addresses are: there is nothing to do to it. */
const USUAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])+"$/u;
const UNQUOTED = /^[^\s@"<>()[\]\\,;:\p{Cc}]+$/u;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** The top level is never a number, or a letter alone. */
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * One spelling for one address. What is around it is taken off: `mailto:`, a name, brackets, quotes, invisible
 * characters, the dot of the root. The domain is in ASCII (UTS 46, `xn--…`), as it travels. Two local parts may differ
 * by a dot or a plus tag: they are the mail server's own, and only brought to lower case.
 * @returns null when it is no address with a top-level domain
 */
export function readEmail(value: string): string | null {
  if (value.length > MAX_READ) return null;
  const lower = value.toLowerCase();
  if (USUAL.test(lower) && !lower.includes('xn--')) return lower.length <= MAX_LENGTH ? lower : null;
  const text = bareAddress(plainText(value).replaceAll('。', '.'));
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0)).toLowerCase().normalize('NFC');
  const domain = readDomain(text.slice(at + 1));
  const isLocal = local.length <= 64 && (UNQUOTED.test(local) || QUOTED.test(local));
  const address = `${local}@${domain}`;
  return domain !== null && isLocal && address.length <= MAX_LENGTH ? address : null;
}

/** Each takes off one thing that may stand around an address. */
const WRAPPINGS: readonly ((text: string) => string | undefined)[] = [
  (text) => /^mailto:\/*([^?]*)/i.exec(text)?.[1] && plainText(decoded(text)),
  (text) => /^[^<>]*<([^<>]*)>$/.exec(text)?.[1],
  (text) => /^(["'`“”„‘’«»])([^"]*)["'`“”‘’«»]$/.exec(text)?.[2],
  (text) => /^([^@]*@.*)\([^()]*\)$/.exec(text)?.[1],
  (text) => /^(.*)[,;]$/.exec(text)?.[1],
];

function bareAddress(text: string): string {
  for (const unwrap of WRAPPINGS) {
    const inner = unwrap(text);
    if (inner !== undefined && inner !== '') return bareAddress(inner.trim());
  }
  return text;
}

function decoded(link: string): string {
  const address = link.replace(/^mailto:\/*/i, '').replace(/\?.*$/s, '');
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function readDomain(text: string): string | null {
  const name = text.replace(/\.$/, '').toLowerCase();
  // What a URL would give a meaning to is refused before it is read as one.
  if (/[\0-,/:-@[-^`{-\x7f]/.test(name)) return null;
  const ascii = /^[a-z0-9._-]*$/.test(name) && !name.includes('xn--') ? name : domainToASCII(name);
  const labels = ascii.split('.');
  return labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    TOP_LABEL.test(labels.at(-1) ?? '')
    ? ascii
    : null;
}
