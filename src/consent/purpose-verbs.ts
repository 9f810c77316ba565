import { SetVerbs } from '../definitions/index.js';
import { purposes } from './purposes.js';

export const purposeVerbs = new SetVerbs({ set: purposes, blank: {}, check: (_tx, { after }) => after });
