import { Migration } from '@mikro-orm/migrations';

/**
 * All kinds of definitions have a label and a description. Namespaces had neither; attributes, and properties of event
 * types, kept theirs as `help`. The columns `normaliser` and `causes_merges` keep their names: migrations before
 * this one read them.
 */
export class Migration20261130210000_definitions extends Migration {
  up() {
    this.addSql('alter table identifier_namespace add column if not exists label text');
    this.addSql('alter table identifier_namespace add column if not exists description text');
    this.addSql('alter table definition no force row level security');
    this.addSql(`
      update definition set body = (body - 'help') || jsonb_build_object('description', body->'help')
      where kind = 'ATTRIBUTE' and jsonb_exists(body, 'help')
    `);
    this.addSql(`
      update definition set body = jsonb_set(body, '{properties}', (
        select jsonb_agg(
          case when jsonb_exists(one.property, 'help')
            then (one.property - 'help') || jsonb_build_object('description', one.property->'help')
            else one.property
          end order by one.place
        )
        from jsonb_array_elements(body->'properties') with ordinality as one(property, place)
      ))
      where kind = 'EVENT_TYPE' and jsonb_path_exists(body, '$.properties[*].help')
    `);
    this.addSql('alter table definition force row level security');
  }
}
