import { changeCatalogue, checkDefinitionKey, checkDescription, checkName } from '../access/index.js';
import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkExpiry, followStatus } from './change-status.js';
import { checkRule } from './check-rule.js';
import { segmentCatalogue } from './segment-catalogue.js';
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
  await changeCatalogue(tx);
  const catalogue = await segmentCatalogue.read(tx);
  if (catalogue.byKey.has(input.key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  checkRule(catalogue, input.rule);
  if (input.exitRule != null) checkRule(catalogue, input.exitRule, { path: 'exitRule' });
  const segment: Segment = {
    id: newId(),
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
  // Runs the rule: one that the database cannot run must be refused now, not stand in the way of every batch.
  await segmentCatalogue.read(tx);
  await followStatus(tx, segment, { was: 'DRAFT', now });
  return segment;
}
