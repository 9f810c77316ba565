export { findEvents } from './profile-events.resolver.js';
export { recordEvents } from './record-events.js';
export { MAX_TYPE } from './check-event-type.js';
export { compileContract } from './contract.js';
export type { Contract } from './contract.js';
export { currencyKeyOf, moneyOf } from './money.js';
export { privacyOfProperty } from './personal-properties.js';
export { eventTypes } from './event-types.js';
export { pathOfSteps, stepsOfPath } from './property-path.js';
