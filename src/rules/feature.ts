import type { Feature } from '../feature.js';
import { NESTABLE_RULES } from './index.js';

export const rules: Feature = {
  nestable: NESTABLE_RULES,
};
