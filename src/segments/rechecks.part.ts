import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/** When time alone may next change a segment of somebody. After a merge that is worked out again (`lookAgain`). */
export const rechecksPart: PersonPart = { ...STAYING, ...rowsOfProfiles({ table: 'recheck' }) };
