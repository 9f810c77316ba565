import type { PredicateKind } from '../predicate-kind.js';
import { attribute } from './attribute/attribute.js';
import { channel } from './channel/channel.js';
import { derived } from './derived/derived.js';
import { event } from './event/event.js';
import { facet } from './facet/facet.js';
import { identifier } from './identifier/identifier.js';
import { segment } from './segment/segment.js';
import { tag } from './tag/tag.js';
import { term } from './term/term.js';

/** All kinds of predicates, by their field in RuleInput. A new kind is a new folder and a word here. */
export const PREDICATE_KINDS: ReadonlyMap<string, PredicateKind> = new Map(
  [attribute, channel, derived, event, facet, identifier, segment, tag, term].map((kind) => [
    kind.field,
    kind,
  ]),
);
