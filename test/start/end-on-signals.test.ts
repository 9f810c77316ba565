import { jest } from '@jest/globals';
import { endOnSignals } from '../../src/end-on-signals.js';
import { createLog } from '../../src/platform/index.js';

const log = createLog('fatal');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

afterEach(() => {
  SIGNALS.forEach((signal) => process.removeAllListeners(signal));
  jest.restoreAllMocks();
});

/** Ends as told, while `stop` is under way all the time. @returns the exit code, and how often it was stopped */
async function ending(tell: (end: (exitCode: number) => void) => void): Promise<[unknown, number]> {
  const exited = Promise.withResolvers<unknown>();
  jest.spyOn(process, 'exit').mockImplementation(((code: unknown) => exited.resolve(code)) as never);
  const stopped = Promise.withResolvers<void>();
  let stops = 0;
  const stop = () => {
    stops += 1;
    return stopped.promise;
  };
  tell(endOnSignals(log, { stop, force: () => Promise.resolve() }));
  stopped.resolve();
  return [await exited.promise, stops];
}

it.each<[string, (end: (exitCode: number) => void) => void, number]>([
  ['a signal', () => process.emit('SIGTERM'), 0],
  ['a reason of its own', (end) => end(1), 1],
  ['a reason of its own, then a signal', (end) => [end(1), process.emit('SIGTERM')], 1],
  ['a signal, then a reason of its own', (end) => [process.emit('SIGTERM'), end(1)], 1],
  ['two reasons', (end) => [end(3), end(1)], 3],
])('stops once after %s', async (_what, tell, exitCode) => {
  expect(await ending(tell)).toEqual([exitCode, 1]);
});
