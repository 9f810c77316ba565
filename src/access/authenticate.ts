import { hash, randomBytes } from 'node:crypto';
import { OnefoldError } from '../platform/index.js';
import type { Clock, Database, Scope } from '../platform/index.js';

/** Who is asking: what an API key stands for. */
export interface Principal {
  keyId: string;
  keyName: string;
  workspaceId: number;
  sourceId: string;
  scopes: ReadonlySet<Scope>;
  expiresAt: Date | null;
}

interface KeyRow {
  id: string;
  name: string;
  workspace_id: number;
  source_id: string;
  scopes: Scope[];
  expires_at: Date | null;
  revoked_at: Date | null;
}

/** A revoked key must stop working within a second. */
const REMEMBERED_MS = 400;
const MAX_REMEMBERED = 10_000;
const ABOUT_KEYS: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'KEY_INACTIVE']);

/** 256 random bits, so that a plain SHA-256 of it is enough: there is nothing to guess. */
export function newKeySecret(): string {
  return `of_${randomBytes(32).toString('base64url')}`;
}

export function hashOfKey(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Finds out who presents a key, and remembers it for less than a second. */
export class Authenticator {
  private readonly remembered = new Map<string, { principal: Promise<Principal>; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws OnefoldError UNAUTHENTICATED (unknown), KEY_INACTIVE (expired or revoked) */
  async authenticate(secret: string): Promise<Principal> {
    const hashed = hashOfKey(secret);
    const name = hashed.toString('base64');
    const now = this.clock.now().getTime();
    const known = this.remembered.get(name);
    if (known && known.until > now) return this.unexpired(await known.principal);
    const principal = this.look(hashed);
    // That the database was away or busy says nothing about the key.
    principal.catch((error: unknown) => {
      if (!(error instanceof OnefoldError) || !ABOUT_KEYS.has(error.code)) this.remembered.delete(name);
    });
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(name, { principal, until: now + REMEMBERED_MS });
    return principal;
  }

  private unexpired(principal: Principal): Principal {
    if (principal.expiresAt && principal.expiresAt <= this.clock.now())
      throw new OnefoldError('KEY_INACTIVE');
    return principal;
  }

  private async look(hashed: Buffer): Promise<Principal> {
    const [row] = await this.database.presentingKey(hashed, (tx) =>
      tx.query<KeyRow>(
        `/* key by hash */
        select id, name, workspace_id, source_id, scopes, expires_at, revoked_at from api_key where hash = $1`,
        [hashed],
      ),
    );
    if (!row) throw new OnefoldError('UNAUTHENTICATED');
    if (row.revoked_at || (row.expires_at && row.expires_at <= this.clock.now()))
      throw new OnefoldError('KEY_INACTIVE');
    return {
      keyId: row.id,
      keyName: row.name,
      workspaceId: row.workspace_id,
      sourceId: row.source_id,
      scopes: new Set(row.scopes),
      expiresAt: row.expires_at,
    };
  }
}

/** The key in an Authorization header or a WebSocket's connection parameter, or null when there is none. */
export function keyFrom(authorization: string | undefined): string | null {
  const match = /^Bearer\s+(\S+)$/i.exec(authorization?.trim() ?? '');
  return match?.[1] ?? null;
}
