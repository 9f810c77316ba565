import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/** Who was looked at for a segment while it is built. The rows go when its build ends. */
export const buildTouchesPart: PersonPart = { ...STAYING, ...rowsOfProfiles({ table: 'build_touch' }) };
