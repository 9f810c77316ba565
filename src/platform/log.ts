import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/**
 * Structured logs. What could carry a secret or a contact value is cut out wherever it stands; the rest of the
 * code logs ids, counts and codes, never items, variables or identifier values.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: undefined,
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        'apiKey',
        '*.apiKey',
        'value',
        '*.value',
        'parameters',
        '*.parameters',
        'detail',
        '*.detail',
      ],
      remove: true,
    },
    serializers: { err: describeError },
  };
  return pino(options, destination ?? standardOutput());
}

/** A terminal or a pipe that is gone must not end the server: then nobody reads what it logs. */
function standardOutput(): DestinationStream {
  const output = pino.destination(1);
  output.on('error', () => undefined);
  return output;
}

/** PostgreSQL quotes the offending row in `detail` and `where`, and the rows are people: only code and text stay. */
function describeError(error: Error & { code?: string }): object {
  const cause = error.cause as { message?: string } | undefined;
  return {
    type: error.name,
    code: error.code,
    message: firstLine(error.message),
    ...(cause?.message && { cause: firstLine(cause.message) }),
    stack: stackOf(error),
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}

function stackOf(error: Error): string | undefined {
  return error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n');
}
