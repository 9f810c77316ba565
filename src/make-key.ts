import { createApiKey, createWorkspace, workspaceOf } from './access/index.js';
import type { KeyWanted } from './command-line.js';
import { ConfigError } from './config.js';
import { ensureDefaultWorkspace } from './development-key.js';
import { systemClock } from './platform/index.js';
import type { Database } from './platform/index.js';

/** @returns the key's secret, which is kept nowhere, and its workspace's number */
export async function makeKey(
  database: Database,
  { name, source, scopes, workspace, newWorkspace }: KeyWanted,
): Promise<{ secret: string; workspaceId: number }> {
  const workspaceId = newWorkspace
    ? await createWorkspace(database, systemClock, { name: newWorkspace })
    : (workspace ?? (await ensureDefaultWorkspace(database)));
  const { secret } = await database.transaction(workspaceId, async (tx) => {
    await workspaceOf(tx).catch((cause) => {
      throw new ConfigError(
        `There is no workspace ${workspaceId}. Leave out --workspace for the first one, or make one with --new-workspace.`,
        { cause },
      );
    });
    return createApiKey(tx, { name, source, scopes, now: systemClock.now() });
  });
  return { secret, workspaceId };
}
