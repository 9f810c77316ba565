import { Migration } from '@mikro-orm/migrations';

/** How the items of a source are read where they do not say it themselves, and what becomes of what cannot be used. */
export class Migration20261130100000_source_settings extends Migration {
  up() {
    this.addSql(`
      alter table source
        add column default_country text,
        add column time_zone text,
        add column epoch text check (epoch in ('SECONDS', 'MILLISECONDS')),
        add column unknown_tags text not null default 'WARN' check (unknown_tags in ('WARN', 'REJECT')),
        add column mistyped_attributes text not null default 'WARN' check (mistyped_attributes in ('WARN', 'REJECT'))
    `);
  }
}
