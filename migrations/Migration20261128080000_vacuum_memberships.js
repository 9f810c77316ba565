import { Migration } from '@mikro-orm/migrations';

/**
 * Whoever is looked at for segments has all their memberships read, by the index alone where VACUUM has seen their pages.
 * By itself that happens when a fifth of the table is new; it read them at half the speed until then. To see the pages
 * that are new takes little: nothing of the indexes is gone through where nothing has been deleted.
 */
export class Migration20261128080000_vacuum_memberships extends Migration {
  up() {
    this.addSql(
      'alter table membership set (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.01)',
    );
  }
}
