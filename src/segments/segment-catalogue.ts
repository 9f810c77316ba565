import { Definitions } from '../definitions/index.js';
import type { DependencyName } from '../definitions/index.js';
import type { RequestContext } from '../access/index.js';
import { together } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { EventsByNeed, EventsWithin, parseRule, vocabulary } from '../rules/index.js';
import type { Vocabulary } from '../rules/index.js';
import { fitsNewcomer } from './fits-newcomer.js';
import { liveSegment } from './live-segment.js';
import type { LiveSegment } from './live-segment.js';
import { rulesOfSegments } from './rules-of-segments.js';
import type { RulesOfSegments } from './rules-of-segments.js';
import { Segment } from './segment.entity.js';
import { inParts, shelve } from './shelves.js';
import type { Shelf } from './shelves.js';

/** All segments of a workspace, at one version of its catalogue. */
export interface SegmentCatalogue {
  /** All segments, including those that were deleted. */
  byId: ReadonlyMap<string, LiveSegment>;
  byKey: ReadonlyMap<string, LiveSegment>;
  /** The segments whose membership is kept at present. */
  kept: readonly LiveSegment[];
  /** The shelf of each segment that is kept: those with which it is asked. */
  shelves: ReadonlyMap<LiveSegment, Shelf>;
  /** The kept segments that depend on something, by its name. */
  byDependency: ReadonlyMap<DependencyName, readonly LiveSegment[]>;
  /** The events that kept segments look at, by their type (null: of any). */
  eventsLookedAt: ReadonlyMap<string | null, EventsByNeed>;
  /** The kept segments that a person fits about whom nothing is known: every new person must be tried for them. */
  ofNewcomers: readonly LiveSegment[];
  /** The kept segments whose answer may change by time alone. */
  timed: readonly LiveSegment[];
  /** What the rules are read by. */
  vocabulary: Vocabulary;
  /** The saved rules for descriptions: what they compare personal values with is hidden. */
  masked: RulesOfSegments;
}

/** The segments whose rules refer to this one directly, by key. */
export function usersOf({ byKey }: SegmentCatalogue, key: string): LiveSegment[] {
  return [...byKey.values()].filter((other) => other.uses.includes(key));
}

const NOBODY = { any: [] };

export const segmentCatalogue = new Definitions(loadCatalogue);

/** The segments as the operation sees them: looked up once. */
export function catalogueOf(context: RequestContext): Promise<SegmentCatalogue> {
  return context.loaders.get(catalogues, context).load('segments');
}

const catalogues = (context: RequestContext) => async (keys: readonly string[]) => {
  const catalogue = await segmentCatalogue.read(await context.reading());
  return keys.map(() => catalogue);
};

async function loadCatalogue(tx: Transaction): Promise<SegmentCatalogue> {
  // Asked for together: a transaction that waits for this holds others up.
  const { definitions, building, words } = await together({
    definitions: tx.em.find(
      Segment,
      { workspaceId: tx.workspaceId },
      { orderBy: { key: 'asc', id: 'asc' }, disableIdentityMap: true },
    ),
    building: segmentsInBuilding(tx),
    words: vocabulary.read(tx),
  });
  const living = definitions.filter((definition) => !definition.deletedAt);
  const rules = rulesOfSegments(living, words, 'SAVED');
  const masked = rulesOfSegments(living, words, 'MASKED');
  const nobody = parseRule(NOBODY, rules);
  const all = definitions.map((definition) =>
    liveSegment(definition, {
      rule: definition.deletedAt ? nobody : rules.of(definition.key),
      nobody,
      isBuilding: building.has(definition.id),
    }),
  );
  const present = all.filter((segment) => !segment.definition.deletedAt);
  const kept = present.filter((segment) => segment.definition.targetState === 'LIVE');
  const byDependency = new Map<DependencyName, LiveSegment[]>();
  for (const segment of kept) {
    for (const dependency of segment.dependsOn.keys())
      byDependency.set(dependency, [...(byDependency.get(dependency) ?? []), segment]);
  }
  return {
    byId: new Map(all.map((segment) => [segment.definition.id, segment])),
    byKey: new Map(present.map((segment) => [segment.definition.key, segment])),
    kept,
    shelves: shelve(kept),
    byDependency,
    eventsLookedAt: eventsLookedAt(kept),
    ofNewcomers: await segmentsOfNewcomers(tx, kept),
    timed: kept.filter((segment) => segment.timed),
    vocabulary: words,
    masked,
  };
}

async function segmentsInBuilding(tx: Transaction): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `/* segments in building */
    select segment_id as id from segment_build where workspace_id = $1 and state in ('WAITING', 'RUNNING')`,
    [tx.workspaceId],
  );
  return new Set(rows.map(({ id }) => id));
}

function eventsLookedAt(segments: readonly LiveSegment[]): Map<string | null, EventsByNeed> {
  const dependencies = new Map(segments.flatMap(({ dependsOn }) => [...dependsOn]));
  const events = [...dependencies.values()].filter((one) => one instanceof EventsWithin);
  const byType = Map.groupBy(events, ({ type }) => type);
  return new Map([...byType].map(([type, all]) => [type, new EventsByNeed(all)]));
}

/** The segments that a person fits about whom nothing is known, by the very same conditions. */
async function segmentsOfNewcomers(
  tx: Transaction,
  segments: readonly LiveSegment[],
): Promise<LiveSegment[]> {
  const fitting: LiveSegment[] = [];
  for (const part of inParts(segments)) {
    const answers = await fitsNewcomer(
      tx,
      part.map((segment) => segment.keptBy),
    );
    fitting.push(...part.filter((_, index) => answers[index]));
  }
  return fitting;
}
