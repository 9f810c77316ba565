import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { ConfigError } from './config.js';

/** The values of a program's options. @throws ConfigError that names the one that is wrong, and the remedy */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    // Node's further sentences are about file names that begin with a dash.
    const [what] = (error as Error).message.split('. ');
    throw new ConfigError(
      `${what}. --help shows the options; settings such as PORT are environment variables.`,
      { cause: error },
    );
  }
}
