const undo: (() => Promise<void>)[] = [];

/** Does `work` when the test file has run, the last first. Whatever a test starts is stopped here. */
export function atEnd(work: () => Promise<void>): void {
  undo.push(work);
}

// The kit is imported before the file's own hooks are declared, so this runs first; a failure fails the file.
afterAll(async () => {
  const failures: unknown[] = [];
  for (let work = undo.pop(); work; work = undo.pop())
    await work().catch((error: unknown) => failures.push(error));
  if (failures.length > 0)
    throw new AggregateError(failures, `Not everything was stopped: ${String(failures)}`);
}, 30_000);
