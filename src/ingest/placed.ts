import type { Place } from '../identity/index.js';
import type { Told } from './item.js';

/** What an item told whose externalId is claimed, with the place where it belongs. */
export interface Placed extends Place {
  item: Told;
  /** Whether it came before, and only begins to count: its event and its history are written down already. */
  isOnRecord?: true;
}
