import type { RequestContext } from '../access/index.js';
import type { OnefoldError } from '../platform/index.js';
import type { Names, Rule } from '../rules/index.js';
import { parseRule, readNames, withExit } from '../rules/index.js';
import { catalogueOf } from './segment-catalogue.js';
import type { LiveSegment } from './live-segment.js';

/**
 * The rule of a segment as the viewer may see it. Where it is described, names are marked that there are not: neither
 * defined nor sent by a source so far.
 */
export async function savedRule(
  { definition, rule: whole }: Pick<LiveSegment, 'definition' | 'rule'>,
  context: RequestContext,
): Promise<{ rule: Rule; warnings: readonly OnefoldError[] }> {
  // Of one that was deleted nothing is left to read.
  if (definition.deletedAt) return { rule: whole, warnings: [] };
  const catalogue = await catalogueOf(context);
  const { seesPersonal } = context;
  const saved = {
    ...catalogue.masked,
    ...(seesPersonal && { isMasked: false, segmentRule: (key: string) => catalogue.byKey.get(key)?.rule }),
  };
  const readWith = (known: Names) => {
    const read = (json: unknown) => parseRule(json, { ...saved, names: known });
    const { id, rule: entry, exitRule } = definition;
    return withExit(id, read(entry), exitRule == null ? null : read(exitRule));
  };
  const how = { isSaved: true };
  const { read: rule, names } = await readNames(await context.reading(), catalogue.vocabulary, readWith, how);
  return { rule, warnings: names.faults };
}
