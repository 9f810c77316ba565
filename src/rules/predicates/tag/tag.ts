import { sql } from 'kysely';
import { didYouMean } from '../../../platform/index.js';
import { labelDependency } from '../../../profiles/index.js';
import { hasLabel, labelOf, labelsBegin, standing } from '../../labels-in-sql.js';
import type { PredicateKind } from '../../predicate-kind.js';
import { seenList } from '../../seen-list.js';
import { unknownName } from '../../unknown-name.js';
import { TagRuleInput } from './tag-rule.type.js';

/** Whether the person is marked with a tag. */
export const tag: PredicateKind = {
  field: 'tag',
  input: { type: TagRuleInput, description: 'A tag of the person.' },
  parse(input, path, { labels, isSaved }) {
    const { key } = input as { key: string };
    if (!isSaved && labels && !labels.tags.has(key))
      throw unknownName('TAG_UNKNOWN', [...path, 'key'], {
        what: 'tag',
        meant: didYouMean(key, labels.tags.keys()),
        see: '`tags` for those there are, or define it',
      });
    return {
      compile: (passes) => hasLabel(passes, { kind: 'TAG', label: key }),
      holds: (passes) => labelOf(passes, { kind: 'TAG', label: key }),
      nextChange: () => null,
      begins: () => labelsBegin('TAG', [key]),
      dependsOn: () => [labelDependency('tag', key)],
      seen: { value: () => seenList(sql`select label as one from (${standing('TAG')}) l where is_on`) },
      describe: () => `are tagged ${key}`,
    };
  },
};
