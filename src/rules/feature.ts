import type { Feature } from '../feature.js';
import { NESTABLE_RULES } from './parse-rule.js';

export const rules: Feature = {
  nestable: NESTABLE_RULES,
};
