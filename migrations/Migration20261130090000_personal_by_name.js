import { Migration } from '@mikro-orm/migrations';

/**
 * Until now `isPersonal: false` was what a definition said where nobody had said anything. Names decide now where
 * nothing is said: an own definition of `firstName` or `email` must not show what the shipped one hides.
 */
export class Migration20261130090000_personal_by_name extends Migration {
  up() {
    this.addSql(`alter table definition no force row level security`);
    this.addSql(
      `update definition set body = body - 'isPersonal' where kind = 'ATTRIBUTE' and body -> 'isPersonal' = 'false'`,
    );
    this.addSql(`alter table definition force row level security`);
  }
}
