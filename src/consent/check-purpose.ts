import { checkDescription, checkName } from '../definitions/index.js';
import type { PurposeDefinition } from './purposes.js';

/** @throws OnefoldError REQUIRED, TOO_LONG */
export function checkPurpose({ label, description }: PurposeDefinition): void {
  checkName(label, ['label']);
  if (description !== null) checkDescription(description);
}
