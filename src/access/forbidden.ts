import { OnefoldError, Scope } from '../platform/index.js';

/** The refusal that names the scope that is lacking. @param path where in the input, from the argument inwards */
export function forbidden(
  scope: Scope,
  { message, path = [] }: { message: string; path?: readonly (string | number)[] },
): OnefoldError {
  return new OnefoldError('FORBIDDEN', { message, path, extensions: { scope } });
}

/** For what would tell a key without READ_PII something of a personal value. */
export function personalForbidden(path: readonly (string | number)[]): OnefoldError {
  return forbidden(Scope.READ_PII, {
    path,
    message: 'This asks for personal data, which needs a key with the scope READ_PII.',
  });
}
