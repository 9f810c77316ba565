import type { EntityClass } from '@mikro-orm/core';
import type { ClassType } from 'type-graphql';
import type { RequestContext } from './access/index.js';
import type { Config } from './config.js';
import type { DefinitionUser } from './definitions/index.js';
import type { Merging } from './identity/index.js';
import type { LiftVariables, Nestable, NodeFinders } from './platform/graphql/index.js';
import type { Clock, Database, ListenerReads, Log, Signals } from './platform/index.js';
import type { Job } from './platform/jobs/index.js';
import type { PersonPart } from './profiles/index.js';
import type { ShownRunKind } from './runs/index.js';

/** What a folder of `src` brings to the whole, in its `feature.ts`. `features.ts` lists them all. */
export interface Feature {
  readonly resolvers?: readonly ClassType[];
  /** GraphQL object types that no field leads to by itself, such as those behind an interface. */
  readonly types?: readonly ClassType[];
  readonly entities?: readonly EntityClass<object>[];
  /** How things are found by their ids, by the prefix of the ids. */
  readonly nodes?: NodeFinders<RequestContext>;
  /** What it keeps of people. */
  readonly parts?: readonly PersonPart[];
  /** What works by definitions of lower features, in the order in which it follows changes of these. */
  readonly users?: readonly DefinitionUser[];
  /** Its long work. */
  readonly runKinds?: readonly ShownRunKind[];
  /** What it keeps for the whole server. Those of lower features are made before. */
  readonly services?: (server: ServerTools) => readonly Service[];
  /** Its work in the background. */
  readonly jobs?: (server: ServerTools) => readonly JobInLane[];
  /** Follows merges and their undos at the end of their transaction. One feature does. */
  readonly lookAgain?: Merging['lookAgain'];
  /** Which of its inputs may nest as deep as they like, to be refused by whoever reads them. One feature has such. */
  readonly nestable?: Nestable;
  /** Takes variables past GraphQL's own check of them, to be checked by whoever reads them. One feature does. */
  readonly lift?: LiftVariables<RequestContext>;
}

/** What features make their services and jobs of. */
export interface ServerTools {
  config: Config;
  database: Database;
  signals: Signals;
  /** For what reads on behalf of those who listen. */
  reads: ListenerReads;
  clock: Clock;
  log: Log;
  /** What all features together bring. */
  all: FeatureLists;
  /** One that was made before, by its class. */
  service: <T>(type: { readonly prototype: T; readonly name: string }) => T;
}

export interface FeatureLists {
  parts: readonly PersonPart[];
  users: readonly DefinitionUser[];
  runKinds: readonly ShownRunKind[];
  lookAgain: Merging['lookAgain'];
}

/** Resolvers find it by its class. */
export interface Service {
  readonly constructor: unknown;
  /** Ends the streams that it feeds, when the server stops and their sockets are closed. */
  close?(): void;
  /** Waits for what it was given, once no more requests come. */
  drain?(): Promise<void>;
}

/**
 * The jobs of a lane take turns; lanes do not wait for each other. In a lane those of higher features come first, for
 * they leave work to those of lower ones.
 */
export interface JobInLane {
  lane: 'BUILDS' | 'DUE' | 'EXPIRY' | 'RUNS';
  job: Job;
}
