import { Migration } from '@mikro-orm/migrations';

/**
 * The policies of people's tables compared `shard` with the workspace's range, which an index can serve. That was
 * the harm of it: joins were planned as walks over all of a workspace's rows, guessed to be half a percent of the
 * table, where they should look rows up by their keys (docs/adr/0015). Now only keys can be served by an index.
 */
export class Migration20261122090000_plain_policies extends Migration {
  up() {
    for (const table of ['profile', 'identifier', 'event', 'receipt', 'membership', 'recheck']) {
      this.addSql(`
        alter policy workspace_rows on ${table} using (shard >> 8 = (select onefold_workspace()))
      `);
    }
  }
}
