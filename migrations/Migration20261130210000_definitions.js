import { Migration } from '@mikro-orm/migrations';

/**
 * All kinds of definitions have a label and a description; namespaces had neither. The columns `normaliser` and
 * `causes_merges` keep their names: migrations before this one read them. Attributes, and properties of event types,
 * keep their `help` until they are changed: servers of both versions read it (`withDescription`).
 */
export class Migration20261130210000_definitions extends Migration {
  up() {
    this.addSql('alter table identifier_namespace add column if not exists label text');
    this.addSql('alter table identifier_namespace add column if not exists description text');
  }
}
