import { Migration } from '@mikro-orm/migrations';

/** What seals cursors (docs/adr/0032): one secret for all servers and workspaces, made here and never changed. */
export class Migration20261130080000_cursor_secret extends Migration {
  up() {
    this.addSql(`
      create table installation (
        only_row boolean primary key default true check (only_row),
        cursor_secret text not null
      )`);
    // Two random UUIDs: 244 random bits.
    this.addSql(
      `insert into installation (cursor_secret) values (gen_random_uuid()::text || gen_random_uuid()::text)`,
    );
    this.addSql(`grant select on installation to onefold_server`);
  }
}
