import { access } from './access/feature.js';
import { consent } from './consent/feature.js';
import { derived } from './derived/feature.js';
import { events } from './events/feature.js';
import type { Feature, FeatureLists } from './feature.js';
import { identity } from './identity/feature.js';
import { ingest } from './ingest/feature.js';
import { profiles } from './profiles/feature.js';
import { rules } from './rules/feature.js';
import { runs } from './runs/feature.js';
import { segments } from './segments/feature.js';

/** All features, by rank. */
export const FEATURES: readonly Feature[] = [
  access,
  runs,
  profiles,
  identity,
  consent,
  events,
  rules,
  derived,
  segments,
  ingest,
];

/** What they bring, put together. */
export const ALL: FeatureLists = {
  parts: FEATURES.flatMap(({ parts = [] }) => parts),
  users: FEATURES.flatMap(({ users = [] }) => users),
  runKinds: FEATURES.flatMap(({ runKinds = [] }) => runKinds),
  lookAgain: only('lookAgain'),
};

/** What exactly one feature brings. */
export function only<Name extends 'lookAgain' | 'nestable' | 'lift'>(name: Name): NonNullable<Feature[Name]> {
  const [found, ...others] = FEATURES.flatMap((feature) => feature[name] ?? []);
  if (!found || others.length > 0) throw new Error(`exactly one feature must bring \`${name}\``);
  return found;
}
