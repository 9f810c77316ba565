import { TypeID } from 'typeid-js';
import { v7 } from 'uuid';

/** The type in front of an id that leaves the system, and what `node(id:)` dispatches on. */
export const ID_PREFIXES = ['workspace', 'source', 'key', 'profile', 'event', 'segment', 'build'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/**
 * A new UUIDv7 (RFC 9562): sortable by the millisecond of its making.
 * @param bucket 0 to 255: put in the last byte, so that the shard of a profile can be read off its id.
 */
export function newId(bucket?: number): string {
  const id = v7();
  return bucket === undefined ? id : id.slice(0, -2) + bucket.toString(16).padStart(2, '0');
}

/** The id as users see it: a TypeID (https://github.com/jetify-com/typeid), such as `profile_01h…`. */
export function publicId(prefix: IdPrefix, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString();
}

/** The prefix and UUID of a TypeID of ours, or null when it is anything else. */
export function parsePublicId(id: string): { prefix: IdPrefix; uuid: string } | null {
  const prefix = ID_PREFIXES.find((known) => id.startsWith(`${known}_`));
  if (!prefix) return null;
  try {
    return { prefix, uuid: TypeID.fromString(id, prefix).toUUID() };
  } catch {
    return null;
  }
}

/** The UUID of a TypeID that must carry `prefix`, or null. */
export function uuidOf(prefix: IdPrefix, id: string): string | null {
  const parsed = parsePublicId(id);
  return parsed?.prefix === prefix ? parsed.uuid : null;
}
