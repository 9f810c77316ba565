import { Migration } from '@mikro-orm/migrations';

/**
 * Derived attributes are read off the events (ADR 23). The column for them was never written, and no version since the
 * first has named it, so servers of the version before go on beside this one.
 */
export class Migration20261130180000_underived extends Migration {
  up() {
    this.addSql('alter table profile drop column derived');
  }
}
