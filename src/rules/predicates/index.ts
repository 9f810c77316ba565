import type { PredicateKind } from '../rule.js';
import { attribute } from './attribute.js';
import { channel } from './channel.js';
import { derived } from './derived.js';
import { event } from './event.js';
import { facet } from './facet.js';
import { identifier } from './identifier.js';
import { segment } from './segment.js';
import { tag } from './tag.js';
import { term } from './term.js';

/** All kinds of predicates, by their field in RuleInput. A new kind is a new file and a word here. */
export const PREDICATE_KINDS: ReadonlyMap<string, PredicateKind> = new Map(
  [attribute, channel, derived, event, facet, identifier, segment, tag, term].map((kind) => [
    kind.field,
    kind,
  ]),
);
