import type { Clock } from '../../src/platform/index.js';

/** A clock that stands until it is moved. Mind that a server remembers a key for 400 ms *of its clock*. */
export class ManualClock implements Clock {
  private instant: number;

  constructor(start: Date | string = '2026-03-01T12:00:00.000Z') {
    this.instant = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.instant);
  }

  /** @returns the new present */
  advance(ms: number): Date {
    this.instant += ms;
    return this.now();
  }

  set(instant: Date | string): void {
    this.instant = new Date(instant).getTime();
  }
}
