import { beginsOf, conditionOf, describeRule, nextChangeOf } from './compile-rule.js';
import type { Privacy } from '../profiles/index.js';
import { earliest } from './earliest.js';
import type { EventPasses } from './events/event-passes.js';
import { personalIn } from './personal-in.js';
import type { Rule } from './rule.js';
import type { Sql } from './sql.js';

/** A node of a rule, with what is asked of the database to explain it. */
export interface Explained {
  kind: Rule['kind'];
  /** Where it stands in the rule; what another segment asks stands below the question for that one. */
  path: readonly string[];
  text: string;
  condition: Sql;
  nextChange: Sql | null;
  /** The value that it looks at, as jsonb, if there is one. */
  seen: Sql | null;
  /** How far that is hidden from keys without READ_PII; undefined = not at all. */
  privacy: Privacy | undefined;
  /** Whether the answer itself tells something personal: that of a segment does not, see `personalIn`. */
  isPersonal: boolean;
  children: readonly Explained[];
}

/** The same conditions as are evaluated, for each node by itself. */
export function explainRule(rule: Rule, passes: EventPasses, path: readonly string[] = []): Explained {
  const explain = (child: Rule, ...steps: string[]) => explainRule(child, passes, [...path, ...steps]);
  const seen = rule.kind === 'predicate' ? rule.predicate.seen : undefined;
  return {
    kind: rule.kind,
    path,
    text: describeRule(rule),
    condition: conditionOf(rule, passes),
    nextChange: earliest([nextChangeOf(rule, passes), beginsOf(rule, passes)]),
    seen: seen?.value(passes) ?? null,
    privacy: seen?.privacy,
    isPersonal: personalIn(rule) !== undefined,
    children: childrenOf(rule).map(({ child, steps }) => explain(child, ...steps)),
  };
}

function childrenOf(rule: Rule): { child: Rule; steps: string[] }[] {
  if (rule.kind !== 'not' && rule.kind !== 'predicate' && rule.parts) {
    const { entry, inside, exit } = rule.parts;
    return [
      { child: entry, steps: ['rule'] },
      { child: inside, steps: ['membership'] },
      { child: exit, steps: ['exitRule'] },
    ];
  }
  if (rule.kind === 'not') return [{ child: rule.rule, steps: ['not'] }];
  if (rule.kind !== 'predicate')
    return rule.rules.map((child, index) => ({ child, steps: [rule.kind, String(index)] }));
  const { inlined } = rule.predicate;
  return inlined ? [{ child: inlined, steps: ['segment'] }] : [];
}

/** A node and all below it, each before its children. */
export function nodesOf(node: Explained): Explained[] {
  return [node, ...node.children.flatMap(nodesOf)];
}
