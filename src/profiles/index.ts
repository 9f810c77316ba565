export { collectFact, prevailing } from './attribute-facts.js';
export type { Fact } from './attribute-facts.js';
export { inLockOrder, lockProfiles } from './lock-profiles.js';
export type { ProfileRef } from './profile-ref.js';
export { profileRows } from './profile.reads.js';
export { insertProfiles, updateProfiles } from './write-profiles.js';
export type { ProfileFacts } from './write-profiles.js';
