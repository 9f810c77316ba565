import { Migration } from '@mikro-orm/migrations';

const RULES = { segment: ['rule', 'exit_rule'], segment_version: ['rule', 'exit_rule'] };

/** The inputs of rules whose fields have other names now: each field's old name and its new one. */
const RENAMED = {
  identifier: { validated: 'isVerified' },
  channel: { reachable: 'isReachable', verified: 'isVerified' },
  term: { withDescendants: 'includeDescendants' },
};

/**
 * One word, `verified`, for identifiers as for channels; and booleans of saved rules are called as those that are asked.
 * Only fields of the rule inputs above change: values, and the names in them, may be spelled alike.
 */
export class Migration20261130200000_verified extends Migration {
  up() {
    this.addSql(`alter table identifier rename column validated_at to verified_at`);
    this.addSql(`alter table identifier rename column validated_by to verified_by`);
    this.renameInRules();
  }

  renameInRules() {
    this.addSql(`
      create function renamed_rule(rule jsonb) returns jsonb language plpgsql as $$
      declare renamed jsonb := '${JSON.stringify(RENAMED)}';
      begin
        if jsonb_typeof(rule) is distinct from 'object' then return rule; end if;
        return (
          select coalesce(jsonb_object_agg(node.key, case
            when node.key in ('all', 'any') and jsonb_typeof(node.value) = 'array' then (
              select coalesce(jsonb_agg(renamed_rule(one.value) order by one.number), '[]')
              from jsonb_array_elements(node.value) with ordinality as one(value, number)
            )
            when node.key = 'not' then renamed_rule(node.value)
            when jsonb_typeof(node.value) = 'object' and renamed -> node.key is not null then (
              select coalesce(jsonb_object_agg(coalesce(renamed -> node.key ->> field.key, field.key), field.value), '{}')
              from jsonb_each(node.value) as field
            )
            else node.value
          end), '{}')
          from jsonb_each(rule) as node
        );
      end $$`);
    for (const [table, columns] of Object.entries(RULES)) {
      this.addSql(`alter table ${table} no force row level security`);
      for (const column of columns)
        this.addSql(`
          update ${table} set ${column} = renamed_rule(${column})
          where ${column}::text ~ '"(validated|reachable|verified|withDescendants)":'`);
      this.addSql(`alter table ${table} force row level security`);
    }
    this.addSql(`drop function renamed_rule(jsonb)`);
  }
}
