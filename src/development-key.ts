import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Authenticator, createApiKey, createWorkspace, workspaceOf } from './access/index.js';
import { ALL_SCOPES, systemClock } from './platform/index.js';
import type { Database } from './platform/index.js';

const DEFAULT_WORKSPACE = 1;
const FILE = 'development-key';

/** The first workspace, made when there is none yet. @returns its number */
export async function ensureDefaultWorkspace(database: Database): Promise<number> {
  const exists = await database.transaction(DEFAULT_WORKSPACE, (tx) =>
    workspaceOf(tx).then(Boolean, () => false),
  );
  return exists ? DEFAULT_WORKSPACE : createWorkspace(database, systemClock, { name: 'Default' });
}

/**
 * A key with every scope, kept in a file that only its owner can read, so that the newcomer need not look for one.
 * Only for the embedded database: it is as private as the file.
 */
export async function ensureDevelopmentKey(database: Database, directory: string): Promise<string> {
  const workspaceId = await ensureDefaultWorkspace(database);
  const kept = await readDevelopmentKey(directory);
  if (kept && (await works(database, kept))) return kept;
  const { secret } = await database.transaction(workspaceId, (tx) =>
    createApiKey(tx, { name: 'Development', source: 'default', scopes: ALL_SCOPES, now: systemClock.now() }),
  );
  await writePrivately(directory, FILE, `${secret}\n`);
  return secret;
}

/** @returns the key of this folder, or null when no server has made one */
export function readDevelopmentKey(directory: string): Promise<string | null> {
  return readFile(join(directory, FILE), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** Writes a file that only its owner can read, whole or not at all. */
export async function writePrivately(directory: string, name: string, content: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const unfinished = join(directory, `${name}.${process.pid}`);
  await writeFile(unfinished, content, { mode: 0o600 });
  await rename(unfinished, join(directory, name));
}

function works(database: Database, secret: string): Promise<boolean> {
  return new Authenticator(database, systemClock).authenticate(secret).then(
    () => true,
    () => false,
  );
}
