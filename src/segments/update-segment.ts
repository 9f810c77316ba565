import { changeCatalogue, checkDescription, checkName } from '../access/index.js';
import { canonicalJson, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkRule, dependentsOf, within } from './check-rule.js';
import { rebuild } from './rebuild.js';
import { segmentCatalogue } from './segment-catalogue.js';
import { Segment } from './segment.entity.js';

interface UpdateSegment {
  key: string;
  name?: string | null;
  /** undefined = leave as it is; null = remove. */
  description?: string | null;
  rule?: unknown;
  now: Date;
}

/**
 * Changes a segment. A new rule counts from the commit on, also in the segments that refer to this one; builds then
 * bring everybody's membership in line.
 * @throws OnefoldError SEGMENT_UNKNOWN, REQUIRED, TOO_LONG, and those of `checkRule`
 */
export async function updateSegment(tx: Transaction, input: UpdateSegment): Promise<Segment> {
  if (input.name != null) checkName(input.name);
  if (input.description != null) checkDescription(input.description);
  await changeCatalogue(tx);
  const catalogue = await segmentCatalogue.read(tx);
  const live = catalogue.byKey.get(input.key);
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['key'] });
  const ruleChanges = input.rule != null && canonicalJson(input.rule) !== canonicalJson(live.definition.rule);
  if (ruleChanges) checkRule(catalogue, input.rule, { forKey: input.key });
  const changed: Segment = {
    ...live.definition,
    name: input.name ?? live.definition.name,
    description: input.description === undefined ? live.definition.description : input.description,
    rule: ruleChanges ? input.rule : live.definition.rule,
    updatedAt: input.now,
  };
  await tx.em.nativeUpdate(
    Segment,
    { id: changed.id },
    {
      name: changed.name,
      description: changed.description,
      rule: changed.rule,
      updatedAt: changed.updatedAt,
    },
  );
  if (!ruleChanges) return changed;
  const dependents = dependentsOf(catalogue, input.key).map((key) => catalogue.byKey.get(key)?.definition.id);
  await rebuild(tx, [changed.id, ...dependents.filter((id) => id !== undefined)], input.now);
  // Reads and runs all rules anew: one that this makes too large, or that the database cannot run, refuses it.
  await within('rule', () => segmentCatalogue.read(tx));
  return { ...changed, ruleVersion: changed.ruleVersion + 1 };
}
