/** Where the present comes from. Injected, so that a test can choose the instant; a server uses `systemClock`. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
