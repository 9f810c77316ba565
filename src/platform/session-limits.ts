/**
 * How long one session may keep others waiting, in milliseconds. A server that freezes, or is cut off from the
 * network, cannot give its locks back: PostgreSQL does it in its place.
 */
export const SESSION_LIMITS = {
  /** A transaction whose client has gone silent for this long is ended, and its locks are free. */
  idleInTransaction: 5_000,
  /** Longer than `idleInTransaction`, so that a transaction that waits for a frozen server's lock gets it. */
  lock: 8_000,
  /** For every statement that does not ask for more time. */
  statement: 20_000,
  /** Answers that the client does not take end its session after this long. */
  unacknowledged: 10_000,
} as const;

const KEEPALIVE_SECONDS = { idle: 5, interval: 3, count: 3 };

/** For sessions that change tables: their statements may take as long as they need. */
export const MIGRATION_SETTINGS = [
  `idle_in_transaction_session_timeout=${SESSION_LIMITS.idleInTransaction}`,
  `lock_timeout=${SESSION_LIMITS.lock}`,
  `tcp_user_timeout=${SESSION_LIMITS.unacknowledged}`,
  `tcp_keepalives_idle=${KEEPALIVE_SECONDS.idle}`,
  `tcp_keepalives_interval=${KEEPALIVE_SECONDS.interval}`,
  `tcp_keepalives_count=${KEEPALIVE_SECONDS.count}`,
];

export const SERVER_SETTINGS = [...MIGRATION_SETTINGS, `statement_timeout=${SESSION_LIMITS.statement}`];

/** The startup option that gives a session these settings. */
export function startupOptions(settings: readonly string[]): string {
  return settings.map((setting) => `-c ${setting}`).join(' ');
}
