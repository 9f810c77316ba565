import { changeCatalogue, checkDefinitionKey, checkDescription, checkName } from '../access/index.js';
import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkRule } from './check-rule.js';
import { startBuilds } from './segment-build.js';
import { segmentCatalogue } from './segment-catalogue.js';
import { Segment } from './segment.entity.js';

interface CreateSegment {
  key: string;
  name: string;
  description?: string | null;
  rule: unknown;
  now: Date;
}

/**
 * Saves a rule. From the commit on every ingest keeps the segment; a build brings in those who fit already.
 * @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG, and those of `checkRule`
 */
export async function createSegment(tx: Transaction, input: CreateSegment): Promise<Segment> {
  checkDefinitionKey(input.key);
  checkName(input.name);
  if (input.description != null) checkDescription(input.description);
  await changeCatalogue(tx);
  const catalogue = await segmentCatalogue.read(tx);
  if (catalogue.byKey.has(input.key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  checkRule(catalogue, input.rule);
  const segment: Segment = {
    id: newId(),
    workspaceId: tx.workspaceId,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    rule: input.rule,
    ruleVersion: 1,
    createdAt: input.now,
    updatedAt: input.now,
    deletedAt: null,
  };
  await tx.em.insert(Segment, segment);
  // Runs the rule: one that the database cannot run must be refused now, not stand in the way of every batch.
  await segmentCatalogue.read(tx);
  await startBuilds(tx, { segments: [segment], now: input.now });
  return segment;
}
