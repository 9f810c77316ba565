import { v5 } from 'uuid';

/** Made up for this purpose, and never changed: the ids of all definitions follow from it. */
const DEFINITIONS = '0b6f4c1e-5d0a-4f5e-9a54-6d1c8f3e2b70';

/**
 * The UUID of a definition, computed from what names it, so that those that are shipped have one without a row
 * ([ADR 45](../../docs/adr/0045-ids-of-definitions.md)).
 * @param kind the prefix of its public id
 */
export function definitionUuid(workspaceId: number, kind: string, key: string): string {
  // As bytes: whatever somebody asks for as a key is hashed, also what is no text in Unicode.
  return v5(Buffer.from(`${workspaceId}:${kind}:${key}`), DEFINITIONS);
}
