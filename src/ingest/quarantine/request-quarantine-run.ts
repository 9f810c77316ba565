import { NO_ID } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import { requestRun } from '../../runs/index.js';
import type { RunKind } from '../../runs/index.js';
import { withIds } from './quarantine-filter.js';
import type { QuarantineRunInput } from './quarantine-run.js';
import { lastQuarantined, quarantinedBetween } from './quarantine.reads.js';
import type { QuarantineFilter } from './quarantine.reads.js';

interface RequestQuarantineRun {
  kind: Pick<RunKind, 'name' | 'none'>;
  filter: QuarantineFilter;
  keyId: string;
  now: Date;
}

/** An externalId is there once for each source. */
const MOST_OF_ONE_EXTERNAL_ID = 1_000;

/** Asks for a run over what is in quarantine now. @returns its id @throws OnefoldError RUNS_TOO_MANY */
export async function requestQuarantineRun(
  tx: Transaction,
  { kind, filter, keyId, now }: RequestQuarantineRun,
): Promise<string> {
  const upTo = (await lastQuarantined(tx)) ?? NO_ID;
  const input: QuarantineRunInput = { filter: await withoutTexts(tx, filter), upTo };
  return requestRun(tx, { kind, input, keyId, now });
}

/** An externalId may name a person, and an erasure does not look into runs. So they keep ids in its place. */
async function withoutTexts(tx: Transaction, filter: QuarantineFilter): Promise<QuarantineFilter> {
  if (filter.externalId === null) return filter;
  const page = { backward: false, limit: MOST_OF_ONE_EXTERNAL_ID };
  const found = await quarantinedBetween(tx, filter, page);
  return withIds(found.map(({ id }) => id));
}
