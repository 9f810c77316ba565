import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from './platform/index.js';

export const LINK_MS = 15 * 60_000;
export const SESSION_MS = 7 * 24 * 60 * 60_000;

type Purpose = 'link' | 'session';

/**
 * An address that signs a browser in, once. Everybody who can read the development key can make one, since it is
 * signed with that key. The token stands behind the `#`, so that browsers send it to nobody by themselves.
 */
export function signInLink(url: string, key: string, now: Date): string {
  return `${url}/#sign-in=${stamp(key, 'link', now)}`;
}

/** Takes links, each once, and gives out sessions: what a browser shows in place of the development key. */
export class SignIn {
  private readonly startedAt: number;
  private readonly used = new Map<string, number>();

  constructor(
    private readonly key: string,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now().getTime();
  }

  /** @returns a session, or null for a token that is forged, too old, or has been used */
  redeem(token: string): string | null {
    const now = this.clock.now();
    const issuedAt = issued(this.key, 'link', token);
    // A server does not know which links were used before it started.
    if (issuedAt === null || issuedAt < this.startedAt || issuedAt + LINK_MS < now.getTime()) return null;
    for (const [known, until] of this.used) if (until < now.getTime()) this.used.delete(known);
    if (this.used.has(token)) return null;
    this.used.set(token, issuedAt + LINK_MS);
    return stamp(this.key, 'session', now);
  }

  isSignedIn(session: string): boolean {
    const issuedAt = issued(this.key, 'session', session);
    return issuedAt !== null && this.clock.now().getTime() < issuedAt + SESSION_MS;
  }
}

/** `<issued at>.<random>.<signature>`: nothing has to be kept to recognise it. */
function stamp(key: string, purpose: Purpose, now: Date): string {
  const claim = `${now.getTime()}.${randomBytes(16).toString('base64url')}`;
  return `${claim}.${signature(key, purpose, claim)}`;
}

/** @returns when it was stamped, or null if it was not stamped with this key for this purpose */
function issued(key: string, purpose: Purpose, stamped: string): number | null {
  const [, claim = '', given = ''] = /^(\d+\.[\w-]+)\.([\w-]+)$/.exec(stamped) ?? [];
  // The texts are compared, not the bytes: base64url can write the same bytes in several ways, each a new token.
  return isSame(given, signature(key, purpose, claim)) ? Number.parseInt(claim) : null;
}

function signature(key: string, purpose: Purpose, claim: string): string {
  return createHmac('sha256', key).update(`${purpose} ${claim}`).digest('base64url');
}

/** Takes as long whatever the difference. */
function isSame(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}
