import { OnefoldError } from './errors.js';

/** How many faults of one thing are named. Each takes longer to tell than to send: people who fix these see the rest. */
export const MAX_FAULTS = 50;

/** Stands for the faults after the first `MAX_FAULTS`. */
export function furtherFaults(path: readonly string[] = []): OnefoldError {
  const message = `There are more than ${MAX_FAULTS} faults here, of which the first are named. Fix those, and send it again.`;
  return new OnefoldError('TOO_MANY', { path, message });
}
