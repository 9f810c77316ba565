import { OnefoldError } from '../platform/index.js';
import type { ErrorCode } from '../platform/index.js';
import type { RulePath } from './rule-path.js';

interface Unknown {
  /** What it should be the name of. */
  what: string;
  /** As `didYouMean` says it. */
  meant: string;
  /** Where to look, and what else helps. */
  see: string;
}

/** The refusal of a rule that names what there is not. */
export function unknownName(code: ErrorCode, path: RulePath, { what, meant, see }: Unknown): OnefoldError {
  return new OnefoldError(code, { path, message: `There is no such ${what}.${meant} See ${see}.` });
}
