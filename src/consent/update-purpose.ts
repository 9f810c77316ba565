import type { Transaction } from '../platform/index.js';
import { checkPurpose } from './check-purpose.js';
import { purposes } from './purposes.js';

/** Changes what is said of a purpose; what is absent stays. @throws OnefoldError DEFINITION_UNKNOWN, REQUIRED, TOO_LONG */
export async function updatePurpose(
  tx: Transaction,
  { key, label, description, now }: { key: string; label?: string; description?: string | null; now: Date },
): Promise<void> {
  await purposes.update(
    tx,
    key,
    (standing) => {
      const changed = {
        key,
        label: label ?? standing.label,
        description: description === undefined ? standing.description : description,
      };
      checkPurpose(changed);
      return changed;
    },
    now,
  );
}
