import { dependencyOn } from '../definitions/index.js';

/** What rules with dates depend on: the time zone of the workspace. */
export const TIME_ZONE = dependencyOn('timeZone');
/** What rules depend on that ask for amounts in the currency of the workspace. */
export const CURRENCY = dependencyOn('currency');
