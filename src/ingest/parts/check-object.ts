import { isContainer, OnefoldError } from '../../platform/index.js';

/** @throws OnefoldError INVALID_VALUE */
export function checkObject(
  value: unknown,
  path: readonly string[],
): asserts value is Record<string, unknown> {
  if (!isContainer(value) || Array.isArray(value)) {
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'An object of names and values is expected here.',
    });
  }
}
