import { Migration } from '@mikro-orm/migrations';

const WORDS = `array['null', 'undefined', 'none', 'unknown', 'anonymous', 'guest', 'n/a', 'nil', 'nan', '-1', '-']`;
const BOXES = `array['test@test.com', 'test@example.com', 'noreply@example.com']`;

/**
 * Lists of placeholders that a workspace never changed follow what is shipped, which has become more. Until now every
 * namespace that was defined or changed kept a copy.
 */
export class Migration20261130150000_placeholders extends Migration {
  up() {
    this.addSql(`
      alter table identifier_namespace alter column blocked_values drop not null, alter column blocked_patterns drop not null
    `);
    this.addSql(`alter table identifier_namespace no force row level security`);
    this.addSql(`
      update identifier_namespace set blocked_values = null
      where blocked_values = case
        when semantic_type = 'EMAIL' then ${BOXES}
        when semantic_type in ('PHONE', 'UUID') then array[]::text[]
        else ${WORDS}
      end
    `);
    this.addSql(`
      update identifier_namespace set blocked_patterns = null
      where blocked_patterns = case
        when semantic_type in ('EMAIL', 'PHONE') then array[]::text[] else array['^[0-]*$']
      end
    `);
    this.addSql(`alter table identifier_namespace force row level security`);
  }
}
