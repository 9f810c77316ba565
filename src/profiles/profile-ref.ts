/** Where a profile lies: all that other tables and features need to know of it. */
export interface ProfileRef {
  shard: number;
  /** UUID. */
  id: string;
}
