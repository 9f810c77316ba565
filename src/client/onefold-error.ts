export interface ErrorEntry {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
}

interface ErrorDetails {
  errors?: readonly ErrorEntry[];
  status?: number;
  closeCode?: number;
  retryAfterMs?: number;
  cause?: unknown;
}

/** Why a call or a subscription failed. `message` says what to do about it. */
export class OnefoldError extends Error {
  override readonly name = 'OnefoldError';
  /** All errors of the answer; empty when there was none. */
  readonly errors: readonly ErrorEntry[];
  /** HTTP status, when there was an answer over HTTP. */
  readonly status: number | undefined;
  /** With what a socket was closed (docs/subscriptions.md), when that is what failed. */
  readonly closeCode: number | undefined;
  /** When the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    /**
     * A code of docs/errors.md; or, where no server answered, UNREACHABLE, DISCONNECTED (a socket broke) or
     * BAD_RESPONSE (something else than Onefold answered).
     */
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.errors = details.errors ?? [];
    this.status = details.status;
    this.closeCode = details.closeCode;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** What an answer with errors means: the first one stands for all. */
export function refusal(errors: readonly ErrorEntry[], status?: number): OnefoldError {
  const [first] = errors;
  const { code, retryAfterMs } = first?.extensions ?? {};
  return new OnefoldError(
    typeof code === 'string' ? code : 'BAD_RESPONSE',
    first?.message ?? 'The server refused without saying why. Look into its log.',
    { errors, status, retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined },
  );
}
