import { newId } from '../platform/index.js';
import type { Clock, Database } from '../platform/index.js';
import { Source } from './source.entity.js';
import { NEW_SOURCE } from './source-settings.js';
import { Workspace } from './workspace.entity.js';

/** A new tenant with one source, `default`. @returns the workspace's number */
export async function createWorkspace(
  database: Database,
  clock: Clock,
  input: { name: string },
): Promise<number> {
  const [row] = await database.transaction(0, (tx) =>
    tx.query<{ id: number }>(`select nextval('workspace_id_seq') as id`),
  );
  if (!row) throw new Error('a sequence always answers');
  const now = clock.now();
  await database.transaction(row.id, async (tx) => {
    await tx.em.insert(Workspace, {
      id: row.id,
      uid: newId(),
      name: input.name,
      timeZone: 'UTC',
      currency: 'USD',
      catalogueVersion: 1,
      createdAt: now,
      updatedAt: now,
    });
    await tx.em.insert(Source, {
      id: newId(),
      workspaceId: row.id,
      key: 'default',
      name: 'Default',
      ...NEW_SOURCE,
      createdAt: now,
      updatedAt: now,
    });
  });
  return row.id;
}
