import { CHANGING, EVERYBODY, TREES } from './world.js';
import type { World } from './world.js';

/** How a connection is reached, and which other lists it must not be mistaken for. */
export interface Recipe {
  /** What tells its items apart. */
  item: string;
  /** The field's own arguments besides those of paging. */
  args?: string;
  /** Other arguments that make it another list: another filter, another order. */
  otherArgs?: string[];
  /** What leads from the root to it; absent = it is a field of the root. `double` is the parent's double. */
  under?: (world: World, double: boolean, field: string) => string;
  /** All lists that share their cursors with it. */
  family?: 'log';
}

const ofPerson = ({ people }: World, double: boolean, field: string) =>
  `profile(id: "${people[double ? 1 : 0]}") { ${field} }`;
const ofSegment = (keys: readonly [string, string]) => (_: World, double: boolean, field: string) =>
  `segment(key: "${keys[double ? 1 : 0]}") { ${field} }`;

const ofTree = (_: World, double: boolean, field: string) =>
  `taxonomy(key: "${TREES[double ? 1 : 0]}") { ${field} }`;

/** Every connection of the schema, by its field. */
export const RECIPES: Record<string, Recipe> = {
  'Query.apiKeys': {
    item: 'id',
    args: 'filter: { isActive: true }',
    otherArgs: ['', 'filter: { isActive: true, sources: ["default"] }', 'filter: { scopes: [READ] }'],
  },
  'Query.identityConflicts': {
    item: 'id',
    args: 'filter: { kinds: [BLOCKED] }',
    otherArgs: [
      '',
      'filter: { kinds: [BLOCKED], sources: ["default"] }',
      'filter: { kinds: [BLOCKED], namespaces: ["device"] }',
      'filter: { kinds: [BLOCKED], from: "2000-01-01T00:00:00Z" }',
      'filter: { kinds: [BLOCKED], to: "2100-01-01T00:00:00Z" }',
    ],
  },
  'Query.merges': {
    item: 'id',
    args: 'filter: { isUndone: false }',
    otherArgs: [
      '',
      'filter: { isUndone: false, causes: [MANUAL] }',
      'filter: { isUndone: false, sources: ["default"] }',
      'filter: { isUndone: false, from: "2000-01-01T00:00:00Z" }',
      'filter: { isUndone: false, to: "2100-01-01T00:00:00Z" }',
    ],
  },
  'Query.profiles': {
    item: 'id',
    args: 'where: { attribute: { key: "city", is: { exists: true } } }',
    otherArgs: [
      '',
      'where: { all: [] }',
      'where: { attribute: { key: "city", is: { exists: true } } }, orderBy: { field: CREATED_AT, direction: DESC }',
    ],
  },
  'Query.quarantine': {
    item: 'id',
    args: 'filter: { type: "visit" }',
    otherArgs: [
      '',
      'filter: { codes: ["IDENTIFIER_INVALID"] }',
      'filter: { type: "visit", sources: ["default"] }',
      'filter: { type: "visit", from: "2000-01-01T00:00:00Z" }',
    ],
  },
  'Query.runs': {
    item: 'id',
    args: 'filter: { kinds: [RECOUNT] }',
    otherArgs: ['', 'filter: { states: [COMPLETED] }'],
  },
  'Query.segmentChanges': { item: 'cursor', family: 'log' },
  'Query.segments': {
    item: 'id',
    args: 'filter: { text: "spare" }',
    otherArgs: [
      '',
      'filter: { states: [LIVE] }',
      'filter: { text: "spare" }, orderBy: [{ field: CREATED_AT, direction: DESC }]',
    ],
  },
  'Query.sources': { item: 'key' },
  'Profile.attributeHistory': {
    item: 'setAt value',
    under: ofPerson,
    args: 'key: "city"',
    otherArgs: ['key: "name"'],
  },
  'Profile.channels': {
    item: 'id',
    under: ofPerson,
    args: 'types: [PUSH]',
    otherArgs: ['', 'types: [PUSH, EMAIL]'],
  },
  'Profile.consentHistory': { item: 'at state', under: ofPerson },
  'Profile.events': {
    item: 'id',
    under: ofPerson,
    args: 'types: ["visit"]',
    otherArgs: [
      '',
      'types: ["purchase"]',
      'types: ["visit"], from: "2020-01-01T00:00:00Z"',
      'types: ["visit"], to: "2030-01-01T00:00:00Z"',
    ],
  },
  'Profile.identifiers': { item: 'id', under: ofPerson },
  'Profile.identityConflicts': { item: 'id', under: ofPerson },
  'Profile.mergedFrom': { item: 'id', under: ofPerson },
  'Profile.segments': {
    item: 'enteredAt segment { key }',
    under: ({ steady }, double, field) => `profile(id: "${steady[double ? 1 : 0]}") { ${field} }`,
  },
  'Profile.segmentHistory': { item: 'cursor', under: ofPerson },
  'Segment.changes': { item: 'cursor', under: ofSegment(CHANGING), family: 'log' },
  'Segment.members': {
    item: 'id',
    under: ofSegment(EVERYBODY),
    otherArgs: ['asOf: "2026-01-01T00:00:00Z"'],
  },
  'Taxonomy.terms': { item: 'key', under: ofTree },
  'Term.children': {
    item: 'key',
    under: (world, double, field) => ofTree(world, double, `term(key: "top") { ${field} }`),
  },
  'Segment.versions': { item: 'number', under: ofSegment(CHANGING) },
};
