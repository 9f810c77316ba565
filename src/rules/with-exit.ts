import { sql } from 'kysely';
import type { Predicate, Rule } from './rule.js';

/**
 * The rule of a segment that people leave by another rule than they enter by: who fits `entry` comes in, and stays
 * until they fit `exit`; who fits both is out. It looks at the membership that it decides on, and says the same when it
 * is asked again.
 */
export function withExit(segmentId: string, entry: Rule, exit: Rule | null): Rule {
  if (!exit) return entry;
  const inside = memberOf(segmentId);
  const stays: Rule = { kind: 'any', rules: [entry, inside] };
  return { kind: 'all', rules: [stays, { kind: 'not', rule: exit }], parts: { entry, inside, exit } };
}

/** Those who are in a segment, whether its rule holds for them or not. */
export function memberOf(segmentId: string): Rule {
  const isInside = sql`exists (
      select from membership m where m.shard = p.shard and m.profile_id = p.id and m.segment_id = ${segmentId}::uuid
    )`;
  const inside: Predicate = {
    compile: () => isInside,
    nextChange: () => null,
    dependsOn: () => [],
    seen: { value: () => sql`to_jsonb(${isInside})` },
    describe: () => 'are in it already',
  };
  return { kind: 'predicate', predicate: inside };
}
