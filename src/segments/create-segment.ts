import { changeCatalogue, checkDefinitionKey, checkDescription, checkName } from '../definitions/index.js';
import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkExpiry, followTargetState } from './follow-target-state.js';
import { checkSavedRule } from './check-rule.js';
import type { Rule } from '../rules/index.js';
import { withExit } from '../rules/index.js';
import { fitsNewcomer } from './fits-newcomer.js';
import { segmentCatalogue } from './segment-catalogue.js';
import { noteVersion } from './segment-versions.js';
import { Segment } from './segment.entity.js';

interface CreateSegment {
  key: string;
  name: string;
  description?: string | null;
  rule: unknown;
  exitRule?: unknown;
  targetState: 'DRAFT' | 'LIVE';
  expiresAt?: Date | null;
  /** Whether the rules may ask for names that there are not. */
  allowUndefined: boolean;
  /** The API key in whose name it is saved. */
  keyId: string;
  seesPersonal: boolean;
  now: Date;
}

/**
 * Saves a rule. From the commit on every ingest keeps the segment, unless it is a draft; a build brings in those who
 * fit already.
 * @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG, INVALID_VALUE, and those of `checkSavedRule`
 */
export async function createSegment(tx: Transaction, input: CreateSegment): Promise<Segment> {
  const { now, keyId } = input;
  checkDefinitionKey(input.key);
  checkName(input.name);
  if (input.description != null) checkDescription(input.description);
  checkExpiry(input.expiresAt ?? null, now);
  const id = newId();
  let rules = await readRules(tx, id, input);
  // One that the database cannot run must be refused now, not stand in the way of every batch.
  await fitsNewcomer(tx, [rules.composed]);
  // From here on every batch waits.
  if (!(await changeCatalogue(tx))) rules = await readRules(tx, id, input);
  const segment: Segment = {
    id,
    workspaceId: tx.workspaceId,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    rule: rules.rule,
    exitRule: rules.exitRule,
    ruleVersion: 1,
    targetState: input.targetState,
    expiresAt: input.expiresAt ?? null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  await tx.em.insert(Segment, segment);
  await noteVersion(tx, segment, { keyId, now });
  await followTargetState(tx, segment, { was: 'DRAFT', keyId, now });
  return segment;
}

async function readRules(
  tx: Transaction,
  id: string,
  { key, rule, exitRule, seesPersonal, allowUndefined }: CreateSegment,
): Promise<{ composed: Rule; rule: unknown; exitRule: unknown }> {
  const catalogue = await segmentCatalogue.read(tx);
  if (catalogue.byKey.has(key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  const how = { seesPersonal, allowUndefined };
  const entry = await checkSavedRule(tx, catalogue, rule, how);
  const exit =
    exitRule == null ? null : await checkSavedRule(tx, catalogue, exitRule, { ...how, path: 'exitRule' });
  return {
    composed: withExit(id, entry.rule, exit?.rule ?? null),
    rule: entry.json,
    exitRule: exit?.json ?? null,
  };
}
