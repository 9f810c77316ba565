import { startedByNpm } from './config.js';
import type { Log } from './platform/index.js';

interface Ending {
  /** Ends everything in order, however long that takes within bounds of its own. */
  stop: () => Promise<void>;
  /** Makes `stop` come to its end soon: what it waits for is broken off. */
  force: () => Promise<void>;
}

/** Ctrl-C under npm is two signals, the terminal's and npm's. */
const SAME_SIGNAL_MS = 1_000;
const FORCED_WITHIN_MS = 5_000;
const LOOK_FOR_PARENT_EVERY_MS = 1_000;

/**
 * Ends the process in order at the first signal, soon at one that comes later than a second after it, and at once at a
 * third. The end of the npm that started it is a signal, too.
 * @returns ends the process in order for another reason. The first exit code that is not 0 stands.
 */
export function endOnSignals(log: Log, { stop, force }: Ending): (exitCode: number) => void {
  let signals = 0;
  let last = -Infinity;
  let exitCode = 0;
  let ending: Promise<never> | undefined;

  const end = (code: number) => {
    exitCode ||= code;
    ending ??= stop().then(
      () => process.exit(signals > 1 ? 1 : exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  const endSoon = () => {
    setTimeout(() => process.exit(1), FORCED_WITHIN_MS);
    force().catch((error: unknown) => log.error({ err: error }, 'could not force the end'));
  };
  const onSignal = (signal: string) => {
    const now = performance.now();
    if (now - last < SAME_SIGNAL_MS) return;
    last = now;
    signals += 1;
    if (signals === 1) {
      log.info({ signal }, 'stopping: answering what is under way');
      end(0);
    } else if (signals === 2) {
      log.warn({ signal }, 'stopping at once: refusing what is under way');
      endSoon();
    } else process.exit(1);
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  if (startedByNpm()) onParentGone(() => signals === 0 && onSignal('npm has ended'));
  return end;
}

/** An npm that is killed takes nothing along: its server would go on, out of reach of Ctrl-C. */
function onParentGone(then: () => unknown): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, LOOK_FOR_PARENT_EVERY_MS);
  watch.unref();
}
