import { randomFillSync } from 'node:crypto';
import { TypeID } from 'typeid-js';
import { v7 } from 'uuid';

/** Before and after every id there is, for the ends of ranges. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * A new UUIDv7 (RFC 9562): sortable by the millisecond of its making.
 * @param bucket 0 to 255: put in the last byte, so that the shard of a profile can be read off its id.
 */
export function newId(bucket?: number): string {
  const id = v7({ random: randomBytes() });
  return bucket === undefined ? id : id.slice(0, -2) + bucket.toString(16).padStart(2, '0');
}

/**
 * A new UUIDv7 that sorts by arrival: its 12 bits below the millisecond are the microsecond (RFC 9562, section 6.2,
 * method 3).
 * @param arrival in microseconds since 1970
 * @param part which of several of one arrival, below 2^20
 */
export function idOfArrival(arrival: number, part = 0): string {
  const msecs = Math.floor(arrival / 1_000);
  return v7({ random: randomBytes(), msecs, seq: (arrival - msecs * 1_000) * 0x10_0000 + part });
}

const POOL = new Uint8Array(16 * 512);
let used = POOL.length;

/** 16 random bytes: asking the system for each id by itself costs more than all the rest of making it. */
function randomBytes(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += 16;
  return POOL.slice(used - 16, used);
}

/**
 * The id as users see it: a TypeID (https://github.com/jetify-com/typeid), such as `profile_01h…`.
 * @param prefix the type; `node(id:)` finds things by it (see `Feature.nodes`)
 */
export function publicId(prefix: string, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString();
}

/** The prefix and UUID of a TypeID, or null when it is anything else. */
export function parsePublicId(id: string): { prefix: string; uuid: string } | null {
  const prefix = id.slice(0, Math.max(id.lastIndexOf('_'), 0));
  if (prefix === '') return null;
  try {
    return { prefix, uuid: TypeID.fromString(id, prefix).toUUID() };
  } catch {
    return null;
  }
}

/** The UUID of a TypeID that must carry `prefix`, or null. */
export function uuidOf(prefix: string, id: string): string | null {
  const parsed = parsePublicId(id);
  return parsed?.prefix === prefix ? parsed.uuid : null;
}
