import { changeCatalogue, checkDefinitionKey, checkDescription, checkName } from '../access/index.js';
import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkExpiry, followStatus } from './change-status.js';
import { checkRule } from './check-rule.js';
import type { Rule } from './rule/rule.js';
import { withExit } from './rule/with-exit.js';
import { fitsNewcomer, segmentCatalogue } from './segment-catalogue.js';
import type { SegmentCatalogue } from './segment-catalogue.js';
import { noteVersion } from './segment-versions.js';
import { Segment } from './segment.entity.js';

interface CreateSegment {
  key: string;
  name: string;
  description?: string | null;
  rule: unknown;
  exitRule?: unknown;
  status?: 'DRAFT' | 'LIVE';
  expiresAt?: Date | null;
  /** The API key in whose name it is saved. */
  keyId: string;
  seesPersonal: boolean;
  now: Date;
}

/**
 * Saves a rule. From the commit on every ingest keeps the segment, unless it is a draft; a build brings in those who
 * fit already.
 * @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG, INVALID_VALUE, and those of `checkRule`
 */
export async function createSegment(tx: Transaction, input: CreateSegment): Promise<Segment> {
  const { now, keyId } = input;
  checkDefinitionKey(input.key);
  checkName(input.name);
  if (input.description != null) checkDescription(input.description);
  checkExpiry(input.expiresAt ?? null, now);
  const id = newId();
  const rule = readRule(await segmentCatalogue.read(tx), id, input);
  // One that the database cannot run must be refused now, not stand in the way of every batch.
  await fitsNewcomer(tx, [rule]);
  // From here on every batch waits.
  if (!(await changeCatalogue(tx))) readRule(await segmentCatalogue.read(tx), id, input);
  const segment: Segment = {
    id,
    workspaceId: tx.workspaceId,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    rule: input.rule,
    exitRule: input.exitRule ?? null,
    ruleVersion: 1,
    status: input.status ?? 'LIVE',
    expiresAt: input.expiresAt ?? null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  await tx.em.insert(Segment, segment);
  await noteVersion(tx, segment, { keyId, now });
  await followStatus(tx, segment, { was: 'DRAFT', now });
  return segment;
}

function readRule(
  catalogue: SegmentCatalogue,
  id: string,
  { key, rule, exitRule, seesPersonal }: CreateSegment,
): Rule {
  if (catalogue.byKey.has(key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  const entry = checkRule(catalogue, rule, { seesPersonal });
  return withExit(
    id,
    entry,
    exitRule == null ? null : checkRule(catalogue, exitRule, { path: 'exitRule', seesPersonal }),
  );
}
