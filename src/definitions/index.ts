export { changeCatalogue, Definitions, holdCatalogue, shareCatalogue } from './catalogue.js';
export { checkDefinitionKey, checkDescription, checkName } from './definition-key.js';
export { dependencyOn } from './dependency.js';
export type { DependencyName } from './dependency.js';
export { DefinitionSet } from './definition-set.js';
export type { Definition, Standing } from './definition-set.js';
export { changeDefinitions, DefinitionUsers, refuseInUse } from './definition-users.js';
export type { DefinitionUser, FaultsByUser } from './definition-users.js';
