export { collectFact, prevailing } from './attribute-facts.js';
export type { Fact } from './attribute-facts.js';
export { recordAttributeChanges } from './attribute-history.js';
export { attributeDependency } from './attribute-dependency.js';
export { attributeDefinitions } from './attribute-definitions.js';
export type { AttributeDefinition } from './attribute-definitions.js';
export { compileAttributes } from './attribute-rules.js';
export type { AttributeRules } from './attribute-rules.js';
export { labelVocabulary, LABEL_STANDING_FIRST, termLabel } from './labels/label.js';
export type { LabelKind, LabelNews, LabelVocabulary } from './labels/label.js';
export { dependencyOf, labelDependency } from './labels/label-dependency.js';
export { parseLabels } from './labels/parse-labels.js';
export { recordLabels } from './labels/record-labels.js';
export { withDescendants } from './labels/taxonomies.js';
export { HeldIds, holdersOfIds } from './held-ids.js';
export { livingProfiles } from './living-profiles.js';
export { inLockOrder, lockProfiles } from './lock-profiles.js';
export type { LockedProfile } from './lock-profiles.js';
export { erasePeople } from './erase-people.js';
export { keptRows, rowsOfProfiles } from './kept-rows.js';
export { movingRows } from './moving-rows.js';
export type { KeptRow, Merge, People, PersonPart, Split } from './person-part.js';
export { readPeople } from './read-people.js';
export { STAYING } from './staying.js';
export type { ProfileRef } from './profile-ref.js';
export { livingRefs, profileRows } from './profile.reads.js';
export { checkFlag } from './check-flag.js';
export { looksPersonal } from './personal-names.js';
export { asksPersonal, isPersonal, privacyOf, shownBy } from './privacy.js';
export type { Flagged, Privacy, Shown } from './privacy.js';
export { maskingFor } from './mask-personal.js';
export type { Masking } from './mask-personal.js';
export { isName, NAMES } from './name-of.js';
export { rankFacts } from './rank-facts.js';
export type { RankedFact } from './rank-facts.js';
export { refOf } from './ref-of.js';
export { insertProfiles, updateProfiles } from './write-profiles.js';
export type { ProfileFacts } from './write-profiles.js';
export { sourceRanking } from './source-ranking.js';
export type { SourceRanking } from './source-ranking.js';
export { writeSides } from './sides.js';
export type { SideNews } from './sides.js';
export { signalProfiles, signalProfilesBetween } from './signal-profiles.js';
export {
  discoveriesOf,
  MAX_DISCOVERED_PROPERTIES,
  MAX_DISCOVERIES,
  noteDiscoveries,
  notedNames,
} from './discoveries.js';
export type { Discovery, DiscoveryRow, NotedNames } from './discoveries.js';
export { asKept, checkValueRule, composedRule, inferType, VALUE_TYPES, valueCheck } from './value-type.js';
export type { ValueRule, ValueType } from './value-type.js';
