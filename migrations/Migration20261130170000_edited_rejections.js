import { Migration } from '@mikro-orm/migrations';

/** What an item in quarantine was before somebody changed it: its source may send that again. Null = as it was sent. */
export class Migration20261130170000_edited_rejections extends Migration {
  up() {
    this.addSql('alter table quarantine add column original_digest bytea');
  }
}
