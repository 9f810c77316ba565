export { faultsOfDerived } from './faults-of-derived.js';
