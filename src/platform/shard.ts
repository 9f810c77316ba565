/** How many shards a workspace's people are spread over: the unit of locality and of parallel work. */
export const BUCKETS = 256;

/**
 * The bucket of a key: its 32-bit FNV-1a hash (http://www.isthe.com/chongo/tech/comp/fnv/) over UTF-16 code units,
 * folded to a byte. It is stored in ids, so it can never change.
 */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
}

/** A shard's number holds its workspace's, so that tables of people need no workspace column. */
export function shardOf(workspaceId: number, bucket: number): number {
  return workspaceId * BUCKETS + bucket;
}

/** The shard of a profile, read off the last byte of its id. */
export function shardOfId(workspaceId: number, id: string): number {
  return shardOf(workspaceId, Number.parseInt(id.slice(-2), 16));
}

/** All of a workspace's shards as a half-open range. */
export function shardRange(workspaceId: number): { from: number; until: number } {
  return { from: workspaceId * BUCKETS, until: (workspaceId + 1) * BUCKETS };
}
