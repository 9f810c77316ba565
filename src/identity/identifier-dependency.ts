import { dependencyOn } from '../definitions/index.js';

/** What rules depend on that look at identifiers, of whichever namespace. */
export const IDENTIFIERS = dependencyOn('identifier');
