import { changeCatalogue, holdCatalogue } from '../definitions/index.js';
import { BUCKETS, LAST_ID, NO_ID, shardRange } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { findCandidates, peopleIn, stretchAfter } from './build-candidates.js';
import type { Candidates, Stretch } from './build-candidates.js';
import { forgetTouched } from './build-touches.js';
import { beginBuild, buildsOf, claimBuild, isUnderWay, noteProgress, placeOf } from './segment-build.js';
import type { Build } from './segment-build.js';
import { segmentCatalogue } from './segment-catalogue.js';
import type { LiveSegment } from './live-segment.js';
import { prepareToWrite, writeCandidates } from './write-candidates.js';

/** Candidates written down in one transaction: at least, and at first, and at most. */
const STEP = { least: 250, most: 50_000 };
/** What a step should take, in milliseconds: ingest waits for it. */
const STEP_MS = { busy: 7, quiet: 200 } as const;
/** It is quiet when nobody else has been at work for so long, in milliseconds; while a build finds people, for less. */
const QUIET_AFTER_MS = { writing: 500, finding: 100 };

/** Limit for one statement that tries up to half a million people, in milliseconds. */
const FINDING_WITHIN_MS = 10 * 60_000;

/** Connections to the database that must be unused for a build to take two at once. */
const SPARE = 4;

/** Transactions of others a second, from which on a build does one thing at a time: that leaves them a processor. */
const CROWDED_RATE = 10;
const WATCHED_MS = 1_000;

/** How many candidates a step takes: few while others are at work, so that they hardly wait. */
class Pace {
  /** Candidates a millisecond. */
  private rate: number;
  private head = 0;
  /** When somebody else was last seen at work, and when the time before. */
  private lastSeen = [performance.now(), performance.now()] as const;

  /** How many transactions others had begun, at times of the last second. */
  private readonly watched: { at: number; others: number }[] = [];
  private steps = 0;

  constructor(private readonly bounds: typeof STEP) {
    this.rate = bounds.least / STEP_MS.busy;
  }

  /** @param head the number of the next transaction of all */
  watch(head: number): void {
    const at = performance.now();
    this.watched.push({ at, others: head - this.steps });
    while ((this.watched[1]?.at ?? at) < at - WATCHED_MS) this.watched.shift();
  }

  get isCrowded(): boolean {
    const [first, last] = [this.watched.at(0), this.watched.at(-1)];
    return !!first && !!last && last.others - first.others > (CROWDED_RATE * (last.at - first.at)) / 1_000;
  }

  /** We know little about transactions that others began before this. @param head the number of the next transaction of all */
  beginToFind(head: number): void {
    this.head = head;
    const seen = performance.now() - QUIET_AFTER_MS.writing + QUIET_AFTER_MS.finding;
    this.lastSeen = [seen, seen];
  }

  /** @param head as the step begins */
  sizeAt(head: number): number {
    const now = performance.now();
    // Steps themselves take one each.
    const others = head - this.head - 1;
    this.head = head;
    if (others > 0) this.lastSeen = [now, others > 1 ? now : this.lastSeen[0]];
    // One alone may be the database's own housekeeping.
    const isBusy = now - this.lastSeen[1] < QUIET_AFTER_MS.writing;
    const size = this.rate * (isBusy ? STEP_MS.busy : STEP_MS.quiet);
    return Math.floor(Math.max(this.bounds.least, Math.min(this.bounds.most, size)));
  }

  /** @param isLast the last step of what was found: it may be a small one, which says nothing about the others */
  note({ rows, tookMs, isLast }: { rows: number; tookMs: number; isLast: boolean }): void {
    this.steps += 1;
    if (!isLast) this.rate = Math.min(rows / tookMs, 2 * this.rate);
  }
}

/** The number of the next transaction. Every transaction that writes raises it. */
async function headOfTransactions(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ head: string }>(
    '/* head of transactions */ select pg_snapshot_xmax(pg_current_snapshot())::text as head',
  );
  return Number(row?.head ?? 0);
}

/**
 * People found for a build and not written down yet. They are out of date if the build has another id or has gone on past
 * `after`, because another server has taken a step, the build has started again, or people were erased.
 */
interface Found extends Stretch {
  buildId: string;
  candidates: Candidates;
  /** How many of the candidates have been dealt with. */
  done: number;
  /** How many people were tried to find the candidates. */
  people: number;
  /** How many of these people have been noted as tried. */
  noted: number;
}

/**
 * Builds segments, a step at a time. It tries many people at once while ingest goes on, and writes the results in small
 * transactions, which keep ingest out (see `holdCatalogue`). It skips people who were evaluated for the segment in
 * between, because ingest has written their membership already. It finds the next people while it writes the last ones.
 * Any server may take any step. A server that dies loses only the results that it has not written yet.
 */
export class Builder {
  /** By segment. */
  private readonly found = new Map<string, Found>();
  /** The people after those that are written down, for one segment at a time: no more is held in memory. */
  private ahead: { segmentId: string; found: Promise<Found | null> } | undefined;
  private readonly pace: Pace;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    bounds = STEP,
  ) {
    this.pace = new Pace(bounds);
  }

  /** Notes how busy the database is. Call it now and then, also while there is nothing to build. */
  async watch(tx: Transaction): Promise<void> {
    this.pace.watch(await headOfTransactions(tx));
  }

  /** Forgets the results of all other builds, which are over or are not this server's to continue. */
  keepOnly(builds: readonly Build[]): void {
    const ids = new Set(builds.map(({ segmentId }) => segmentId));
    for (const id of this.found.keys()) if (!ids.has(id)) this.found.delete(id);
    if (this.ahead && !ids.has(this.ahead.segmentId)) this.ahead = undefined;
  }

  /** @returns whether there is more to do */
  async advance(build: Build): Promise<boolean> {
    const { segmentId } = build;
    const found = this.found.get(segmentId) ?? (await this.takeAhead(segmentId)) ?? (await this.find(build));
    if (!found) return false;
    this.found.set(segmentId, found);
    this.lookAhead(build, found);
    const outcome = await this.writeDown(build, found).catch((error: unknown) => {
      this.letGo(segmentId);
      throw error;
    });
    if (outcome === 'OUT_OF_DATE') this.letGo(segmentId);
    else if (found.done >= found.candidates.length) this.found.delete(segmentId);
    return outcome !== 'DONE';
  }

  private letGo(segmentId: string): void {
    this.found.delete(segmentId);
    if (this.ahead?.segmentId === segmentId) this.ahead = undefined;
  }

  private async takeAhead(segmentId: string): Promise<Found | null> {
    if (this.ahead?.segmentId !== segmentId) return null;
    const { found } = this.ahead;
    this.ahead = undefined;
    return found;
  }

  /** It only reads, so nobody has to wait for it to end. */
  private lookAhead(build: Build, { until }: Found): void {
    if (this.ahead || !this.mayHurry || until === shardRange(build.workspaceId).until) return;
    const found = this.find(build, { shard: until, id: NO_ID });
    found.catch(() => undefined);
    this.ahead = { segmentId: build.segmentId, found };
  }

  /** @param after where to begin: without it, where the build stands */
  private async find({ workspaceId, segmentId }: Build, after?: ProfileRef): Promise<Found | null> {
    const begun = await this.database.transaction(workspaceId, async (tx) => {
      // Not claimed: nobody who changes the segment should have to wait for this.
      const build = (await buildsOf(tx, [segmentId])).get(segmentId);
      const segment = (await segmentCatalogue.read(tx)).byId.get(segmentId);
      if (!build || !isUnderWay(build) || !segment) return null;
      if (!after) {
        await beginBuild(tx, build, this.clock.now());
        this.pace.beginToFind(await headOfTransactions(tx));
      }
      return { buildId: build.id, segment, stretch: await stretchAfter(tx, after ?? placeOf(tx, build)) };
    });
    if (!begun) return null;
    const { buildId, segment, stretch } = begun;
    const now = this.clock.now();
    const find = async (tx: Transaction) => {
      const candidates = await findCandidates(tx, segment, { ...stretch, now });
      const people = await peopleIn(tx, stretch);
      await prepareToWrite(tx, now);
      return { candidates, people };
    };
    const found = await this.database.transaction(workspaceId, find, {
      statementTimeoutMs: FINDING_WITHIN_MS,
    });
    return { buildId, ...stretch, ...found, done: 0, noted: 0 };
  }

  /** Others at work need a processor and a connection, too. */
  private get mayHurry(): boolean {
    return !this.pace.isCrowded && this.database.spareConnections >= SPARE;
  }

  private writeDown(
    { workspaceId, segmentId }: Build,
    found: Found,
  ): Promise<'DONE' | 'MORE' | 'OUT_OF_DATE'> {
    return this.database.transaction(workspaceId, async (tx) => {
      await holdCatalogue(tx);
      const started = performance.now();
      const [head, build, { byId }] = await Promise.all([
        headOfTransactions(tx),
        claimBuild(tx, segmentId),
        segmentCatalogue.read(tx),
      ]);
      const segment = byId.get(segmentId);
      if (!segment || build?.id !== found.buildId || !isAt(placeOf(tx, build), found.after))
        return 'OUT_OF_DATE';
      const total = found.candidates.length;
      const end = Math.min(total, found.done + this.pace.sizeAt(head));
      const isWhole = end === total;
      const now = this.clock.now();
      const isDone = isWhole && found.until === shardRange(workspaceId).until;
      const at = isWhole ? { shard: found.until - 1, id: LAST_ID } : found.candidates.at(end - 1);
      const noted = isWhole ? found.people : Math.floor((found.people * end) / total);
      const done = build.tried + noted - found.noted;
      const progress = noteProgress(tx, build, { at, isDone, done, total: totalOf(found, done, noted) }, now);
      const candidates = found.candidates.slice(found.done, end);
      const cause = hasExpired(segment, now) ? 'TIME' : 'BUILD';
      await Promise.all([progress, writeCandidates(tx, { segmentId, candidates, now, cause })]);
      // Ingest need take no notes any more.
      if (isDone) await Promise.all([forgetTouched(tx, [segmentId]), changeCatalogue(tx)]);
      tx.afterCommit(() => {
        found.done = end;
        found.noted = noted;
        found.after = at;
        this.pace.note({ rows: candidates.length, tookMs: performance.now() - started, isLast: isWhole });
      });
      return isDone ? 'DONE' : 'MORE';
    });
  }
}

/** How many people a build tries in all: exact at its end, since a hash decides who is in which shard. */
function totalOf({ people, until }: Found, done: number, noted: number): number {
  const shards = ((until - 1) % BUCKETS) + 1;
  return Math.round(((done + people - noted) * BUCKETS) / shards);
}

function isAt(one: ProfileRef, other: ProfileRef): boolean {
  return one.shard === other.shard && one.id === other.id;
}

function hasExpired({ definition: { targetState, expiresAt } }: LiveSegment, now: Date): boolean {
  return targetState === 'ARCHIVED' && expiresAt !== null && expiresAt <= now;
}
