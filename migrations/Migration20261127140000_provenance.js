import { Migration } from '@mikro-orm/migrations';

/** Of each attribute a text, `"<instant> <source's id>"`, in place of an object: see `src/profiles/provenance.ts`. */
export class Migration20261127140000_provenance extends Migration {
  up() {
    this.addSql(`alter table profile no force row level security`);
    this.addSql(`
      update profile set provenance = (
        select jsonb_object_agg(key, concat_ws(' ', said ->> 'at', said ->> 'source')) from jsonb_each(provenance) as one(key, said)
      ) where provenance <> '{}'`);
    this.addSql(`alter table profile force row level security`);
  }
}
