import { access } from './access/feature.js';
import { consent } from './consent/feature.js';
import { derived } from './derived/feature.js';
import { events } from './events/feature.js';
import type { Feature } from './feature.js';
import { identity } from './identity/feature.js';
import { ingest } from './ingest/feature.js';
import { profiles } from './profiles/feature.js';
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
  derived,
  segments,
  ingest,
];

/** What is kept of people, from the lowest feature up. */
export const PARTS = FEATURES.flatMap(({ parts = [] }) => parts);

/** Every kind of long work. */
export const RUN_KINDS = FEATURES.flatMap(({ runKinds = [] }) => runKinds);
