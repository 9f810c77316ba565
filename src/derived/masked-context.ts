import { ruleContextFor } from '../rules/index.js';
import type { RuleContext, Vocabulary } from '../rules/index.js';

const known = new WeakMap<Vocabulary, RuleContext>();

/** What the definitions of derived attributes are read by for people without READ_PII. Made once for a vocabulary. */
export function maskedContext(vocabulary: Vocabulary): RuleContext {
  const context = known.get(vocabulary) ?? ruleContextFor(vocabulary, 'MASKED');
  known.set(vocabulary, context);
  return context;
}
