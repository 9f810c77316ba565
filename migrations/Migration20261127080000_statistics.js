import { Migration } from '@mikro-orm/migrations';

/**
 * Row-level security asks each row for its workspace, `shard >> 8`. Without statistics of that PostgreSQL takes it for
 * true of one row in two hundred, and goes over a million people as if they were five thousand: it sorts where it
 * should hash, and leaves to one worker what is work for all.
 */
export class Migration20261127080000_statistics extends Migration {
  up() {
    for (const table of [
      'profile',
      'identifier',
      'event',
      'membership',
      'channel',
      'consent_change',
      'profile_label',
      'recheck',
    ])
      this.addSql(`create statistics ${table}_workspace on (shard >> 8) from ${table}`);
  }
}
