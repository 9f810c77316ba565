import { shareCatalogue } from '../../definitions/index.js';
import type { Clock, Database } from '../../platform/index.js';
import { dueJob } from '../../platform/jobs/index.js';
import type { Job } from '../../platform/jobs/index.js';
import { lockProfiles, signalProfiles } from '../../profiles/index.js';
import { evaluateMembership, segmentCatalogue, segmentsTouched } from '../../segments/index.js';
import { applyItems } from '../apply-items.js';
import { itemDefinitions } from '../item-definitions.js';
import { claimDue, takeDue } from './take-due.js';

/** Nobody is new, and nobody is merged: that was settled when the items came. */
const SETTLED = { created: [], attached: [], merges: [], claims: [], seenAgain: [] };

/**
 * Lets what was dated ahead count, now that its instant has come, and brings segments in line. Any server may do it:
 * the people whom one has taken the others skip.
 * @returns how many people it was about
 */
function beginDue(database: Database, clock: Clock, workspaceId: number): Promise<number> {
  return database.transaction(workspaceId, async (tx) => {
    shareCatalogue(tx);
    const [definitions, catalogue] = await Promise.all([itemDefinitions.read(tx), segmentCatalogue.read(tx)]);
    const now = clock.now();
    const profiles = await claimDue(tx, now);
    if (profiles.length === 0) return 0;
    const placed = await takeDue(tx, { profiles, now });
    const keys = [...new Set(placed.flatMap(({ item }) => [...item.attributes.keys()]))];
    const locked = await lockProfiles(tx, { profiles, keys });
    const touched = await applyItems(tx, { placed, resolution: { ...SETTLED, locked }, definitions, now });
    signalProfiles(tx, [...touched.keys()]);
    const segmentsOf = segmentsTouched(catalogue, now);
    const looks = [...touched.values()].map((one) => ({ profile: one.profile, segments: segmentsOf(one) }));
    await evaluateMembership(tx, { catalogue, looks, now, cause: 'TIME' });
    return profiles.length;
  });
}

/** Lets what was dated ahead count when its instant comes. It must come before people are looked at by time. */
export const aheadJob = (): Job => dueJob({ name: 'items dated ahead', table: 'item_ahead', work: beginDue });
