import type { EntityClass } from '@mikro-orm/core';
import type { ClassType } from 'type-graphql';
import type { RequestContext } from './access/index.js';
import type { DefinitionUser } from './definitions/index.js';
import type { NodeFinders } from './platform/graphql/index.js';
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
}
