import { hash } from 'node:crypto';

/** How many shards a workspace's people are spread over: the unit of locality and of parallel work. */
export const BUCKETS = 256;

/** The bucket of a key: the first byte of its SHA-256. It is stored in ids, so it can never change. */
export function bucketOf(...key: string[]): number {
  return hash('sha256', key.join('\0'), 'buffer')[0] ?? 0;
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
