import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/** The instants at which time alone may next change a profile's segments. A merge computes them again (`lookAgain`). */
export const rechecksPart: PersonPart = { ...STAYING, ...rowsOfProfiles({ table: 'recheck' }) };
