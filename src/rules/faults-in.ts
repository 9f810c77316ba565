import { OnefoldError } from '../platform/index.js';
import { definedNames } from './known-names.js';
import { Names } from './names.js';
import type { RuleContext } from './rule-context.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * Tells what is wrong where a saved rule is read by the definitions as they are now: by code and place, which are the
 * same from one time to the next. What sources have sent does not count: nobody has defined it.
 * @param context of the reading `REVIEWED`
 */
export function faultsIn(
  vocabulary: Vocabulary,
  context: RuleContext,
  read: (context: RuleContext) => unknown,
): string[] {
  const names = new Names(definedNames(vocabulary), { isSaved: true, isExhaustive: true });
  try {
    read({ ...context, names });
    return names.faults.map(nameOf);
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    return [...names.faults, error].map(nameOf);
  }
}

function nameOf({ code, inputPath }: OnefoldError): string {
  return `${code} ${inputPath.join(' ')}`;
}
