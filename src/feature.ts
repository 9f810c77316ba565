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
import type { FindService, ShownRunKind } from './runs/index.js';

/** Everything that a folder of `src` adds to the server, in its `feature.ts`. `features.ts` lists all features. */
export interface Feature {
  readonly resolvers?: readonly ClassType[];
  /** GraphQL object types that no field leads to by itself, such as those behind an interface. */
  readonly types?: readonly ClassType[];
  readonly entities?: readonly EntityClass<object>[];
  /** How things are found by their ids, by the prefix of the ids. */
  readonly nodes?: NodeFinders<RequestContext>;
  /** The parts of a person that it keeps. */
  readonly parts?: readonly PersonPart[];
  /** Its users of lower features' definitions, in the order in which they follow changes of these. */
  readonly users?: readonly DefinitionUser[];
  /** The kinds of its long work. */
  readonly runKinds?: readonly ShownRunKind[];
  /** Objects of which the server has one each. Services of lower features are made first. */
  readonly services?: (server: ServerTools) => readonly Service[];
  /** Its work in the background. */
  readonly jobs?: (server: ServerTools) => readonly JobInLane[];
  /** Follows merges and their undos at the end of their transaction. Exactly one feature does. */
  readonly lookAgain?: Merging['lookAgain'];
  /** Its inputs whose depth GraphQL does not limit, because the feature checks it itself. Exactly one feature has such. */
  readonly nestable?: Nestable;
  /** Takes variables past GraphQL's own check, because the feature checks them itself. Exactly one feature does. */
  readonly lift?: LiftVariables<RequestContext>;
}

/** The objects from which features make their services and jobs. */
export interface ServerTools {
  config: Config;
  database: Database;
  signals: Signals;
  /** For reads on behalf of listeners. */
  reads: ListenerReads;
  clock: Clock;
  log: Log;
  /** The lists of all features, put together. */
  all: FeatureLists;
  /** Gives a service that was made before, by its class. */
  service: FindService;
}

export interface FeatureLists {
  parts: readonly PersonPart[];
  users: readonly DefinitionUser[];
  runKinds: readonly ShownRunKind[];
  lookAgain: Merging['lookAgain'];
}

/** An object of which a server has one. Resolvers find it by its class. */
export interface Service {
  readonly constructor: unknown;
  /** Ends the streams that it feeds, when the server stops and their sockets are closed. */
  close?(): void;
  /** Waits until the work that it was given is done. It is called once no more requests come. */
  drain?(): Promise<void>;
}

/**
 * The jobs of a lane take turns; lanes do not wait for each other. In a lane, jobs of higher features come first, because
 * they leave work to jobs of lower ones.
 */
export interface JobInLane {
  lane: 'BUILDS' | 'DUE' | 'EXPIRY' | 'RUNS';
  job: Job;
}
