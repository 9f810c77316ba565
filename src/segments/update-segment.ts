import { changeCatalogue, checkDescription, checkName } from '../definitions/index.js';
import { canonicalJson, checkUnchanged, nextUpdate, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkExpiry, followTargetState } from './follow-target-state.js';
import { checkSavedRule, dependentsOf, quotedNow, within } from './check-rule.js';
import { rebuild } from './rebuild.js';
import { segmentCatalogue } from './segment-catalogue.js';
import { noteVersion } from './segment-versions.js';
import { Segment } from './segment.entity.js';
import type { TargetState } from './segment.entity.js';

/** undefined = leave as it is; null = remove, where the segment can do without. */
interface UpdateSegment {
  key: string;
  name?: string | null | undefined;
  description?: string | null | undefined;
  rule?: unknown;
  exitRule?: unknown;
  targetState?: TargetState | null | undefined;
  expiresAt?: Date | null | undefined;
  ifUnchangedSince?: Date | null | undefined;
  /** Whether new rules may ask for names that there are not. */
  allowUndefined: boolean;
  /** The API key in whose name it is saved. */
  keyId: string;
  seesPersonal: boolean;
  now: Date;
}

/**
 * Changes a segment. New rules count from the commit on, also in the segments that refer to this one; builds then
 * bring everybody's membership in line.
 * @throws OnefoldError SEGMENT_UNKNOWN, CHANGED_SINCE, REQUIRED, TOO_LONG, INVALID_VALUE, and those of `checkSavedRule`
 */
export async function updateSegment(tx: Transaction, input: UpdateSegment): Promise<Segment> {
  const { key, now, keyId, seesPersonal } = input;
  checkRequired(input);
  if (input.name != null) checkName(input.name);
  if (input.description != null) checkDescription(input.description);
  await changeCatalogue(tx);
  const catalogue = await segmentCatalogue.read(tx);
  const live = catalogue.byKey.get(key);
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['key'] });
  const { definition } = live;
  checkUnchanged(definition.updatedAt, input.ifUnchangedSince);
  // An unchanged rule is checked, too: a right guess of a hidden one must be refused as a wrong one is.
  const read = async (field: 'rule' | 'exitRule') => {
    const isNew = input[field] != null && differs(input[field], definition[field]);
    if (input[field] == null) return definition[field];
    // A path of it may name by now what nobody had sent when it was saved.
    if (!isNew && seesPersonal) return quotedNow(tx, catalogue, definition[field]);
    const how = { forKey: key, path: field, seesPersonal, allowUndefined: input.allowUndefined || !isNew };
    return (await checkSavedRule(tx, catalogue, input[field], how)).json;
  };
  const changed: Segment = {
    ...definition,
    name: input.name ?? definition.name,
    description: input.description === undefined ? definition.description : input.description,
    rule: await read('rule'),
    exitRule: input.exitRule === null ? null : await read('exitRule'),
    targetState: input.targetState ?? definition.targetState,
    expiresAt: input.expiresAt === undefined ? definition.expiresAt : input.expiresAt,
    updatedAt: nextUpdate(definition.updatedAt, now),
  };
  const isAsked = input.expiresAt !== undefined || changed.targetState !== definition.targetState;
  if (isAsked && changed.targetState !== 'ARCHIVED') checkExpiry(changed.expiresAt, now);
  const [isNewRule, isNewExit] = [
    differs(changed.rule, definition.rule),
    differs(changed.exitRule, definition.exitRule),
  ];
  const { id, name, description, rule, exitRule, targetState, expiresAt, updatedAt } = changed;
  await tx.em.nativeUpdate(
    Segment,
    { id },
    { name, description, rule, exitRule, targetState, expiresAt, updatedAt },
  );
  const isNewly = isNewRule || isNewExit;
  // A new rule of a live segment starts the build itself, below.
  if (!isNewly || targetState !== 'LIVE')
    await followTargetState(tx, changed, { was: definition.targetState, keyId, now });
  if (!isNewly) return changed;
  await noteVersion(tx, changed, { keyId, now });
  // Reads and runs all rules again: a rule that this makes too large, or that the database cannot run, refuses it.
  const field = isNewRule ? 'rule' : 'exitRule';
  const { kept } = await within(field, () => segmentCatalogue.read(tx));
  const concerned = new Set([key, ...dependentsOf(catalogue, key)]);
  const ids = kept.flatMap(({ definition: one }) => (concerned.has(one.key) ? [one.id] : []));
  await rebuild(tx, ids, { keyId, now });
  return changed;
}

/** @throws OnefoldError REQUIRED for null where the segment cannot do without */
export function checkRequired(input: Pick<UpdateSegment, 'name' | 'rule' | 'targetState'>): void {
  for (const field of ['name', 'rule', 'targetState'] as const)
    if (input[field] === null) throw new OnefoldError('REQUIRED', { path: [field] });
}

function differs(one: unknown, other: unknown): boolean {
  return canonicalJson(one) !== canonicalJson(other);
}
