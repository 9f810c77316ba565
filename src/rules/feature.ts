import type { Feature } from '../feature.js';
import { ComparisonInput, CountInput, RuleInput } from './rule-input.type.js';

export const rules: Feature = {
  oneOfInputs: [RuleInput, ComparisonInput, CountInput],
};
