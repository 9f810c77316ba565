import { Migration } from '@mikro-orm/migrations';

/** When sources and workspaces were last updated, so that two editors do not overwrite each other's work unseen. */
export class Migration20261130201000_updated_at extends Migration {
  up() {
    for (const table of ['source', 'workspace']) {
      this.addSql(`alter table ${table} no force row level security`);
      this.addSql(`alter table ${table} add column updated_at timestamptz(3)`);
      this.addSql(`update ${table} set updated_at = created_at`);
      this.addSql(
        `alter table ${table} alter column updated_at set not null, alter column updated_at set default now()`,
      );
      this.addSql(`alter table ${table} force row level security`);
    }
  }
}
