import { connectDatabase } from '../../src/app.js';
import { Source } from '../../src/access/index.js';
import { readConfig } from '../../src/config.js';
import { createLog } from '../../src/platform/index.js';
import type { Database, Transaction } from '../../src/platform/index.js';
import { atEnd, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const OVER = 'the transaction is over';

let server: TestServer;
/** Has one connection, so that the next transaction is on that of the one before. */
let database: Database;

beforeAll(async () => {
  server = await startServer();
  const config = readConfig({ DATABASE_POOL_SIZE: '1' });
  database = await connectDatabase({ databaseUrl: server.databaseUrl, log: createLog('silent'), config });
  atEnd(() => database.close());
});

const begun: Transaction[] = [];

async function begin(workspaceId = server.workspaceId): Promise<Transaction> {
  const tx = await database.snapshot(workspaceId, 'a key').transaction();
  begun.push(tx);
  return tx;
}

afterEach(async () => {
  for (const tx of begun.splice(0)) await tx.rollback();
});

const ENDS = ['commit', 'rollback'] as const;
const STATEMENTS: [string, (tx: Transaction) => Promise<unknown>][] = [
  ['a query', (tx) => tx.query('select 1')],
  ['a prepared query', (tx) => tx.query('/* one */ select 1')],
  ['a write', (tx) => tx.write('delete from source')],
  ['a search', (tx) => tx.searching('select 1')],
  ['an entity', (tx) => tx.em.find(Source, {}, { disableIdentityMap: true })],
  ['an insert', (tx) => tx.em.insert(Source, {} as Source)],
];

describe.each(ENDS)('a transaction that ends by %s', (end) => {
  it.each(STATEMENTS)('runs %s that was asked for before', async (_, ask) => {
    const tx = await begin();
    const answer = ask(tx).then(
      () => 'ran',
      (error: unknown) => String(error),
    );
    await tx.query('select 1').catch(() => undefined);
    await tx[end]().catch(() => undefined);
    expect(await answer).not.toMatch(OVER);
  });

  it.each(STATEMENTS)('refuses %s that is asked for while it ends, or later', async (_, ask) => {
    const tx = await begin();
    await tx.query('select 1');
    const ended = tx[end]();
    await expect(ask(tx)).rejects.toThrow(OVER);
    await ended;
    await expect(ask(tx)).rejects.toThrow(OVER);
  });

  it.each(STATEMENTS)('never runs %s in the transaction that has its connection next', async (_, ask) => {
    const other = await newTenant(server);
    const tx = await begin();
    await tx[end]();
    const next = await begin(other.workspaceId);
    const before = database.statements;
    await expect(ask(tx)).rejects.toThrow(OVER);
    expect(database.statements).toBe(before);
    await expect(next.query('select key from source')).resolves.toEqual([{ key: 'default' }]);
    await next.commit();
  });

  it('gives its connection back once, also when it cannot end', async () => {
    const tx = await begin();
    await tx.query('select nothing').catch(() => undefined);
    await tx[end]().catch(() => undefined);
    await tx.rollback();
    expect(database.spareConnections).toBe(1);
  });
});

describe('Work apart in a transaction', () => {
  const rename = (name: string) => (tx: Transaction) => tx.write('update source set name = $1', [name]);
  const names = (tx: Transaction) => tx.query<{ name: string }>('select name from source');
  let tenant: { workspaceId: number };

  beforeEach(async () => {
    tenant = await newTenant(server);
  });

  const within = <T>(work: (tx: Transaction) => Promise<T>) => database.transaction(tenant.workspaceId, work);

  it('stays when it succeeds, with what is to follow the commit', async () => {
    const followed: string[] = [];
    const answer = await within((tx) =>
      tx.apart(async (inner) => {
        inner.afterCommit(() => followed.push('inner'));
        return rename('apart')(inner);
      }),
    );
    expect(answer).toBe(1);
    expect(followed).toEqual(['inner']);
    expect(await within(names)).toEqual([{ name: 'apart' }]);
  });

  it('is undone when a statement of it fails, and the transaction goes on', async () => {
    const followed: string[] = [];
    await within(async (tx) => {
      await rename('before')(tx);
      const work = tx.apart(async (inner) => {
        inner.afterCommit(() => followed.push('inner'));
        await rename('inside')(inner);
        await inner.query(`select 1 / 0`);
      });
      await expect(work).rejects.toMatchObject({ code: '22012' });
      expect(await names(tx)).toEqual([{ name: 'before' }]);
    });
    expect(followed).toEqual([]);
    expect(await within(names)).toEqual([{ name: 'before' }]);
  });

  it('is undone when a statement fails that nobody waits for', async () => {
    await within(async (tx) => {
      const work = tx.apart(async (inner) => {
        await rename('inside')(inner);
        inner.send('select 1 / 0');
      });
      await expect(work).rejects.toMatchObject({ code: '22012' });
      await rename('after')(tx);
    });
    expect(await within(names)).toEqual([{ name: 'after' }]);
  });

  it('writes nothing once it is over, though a branch of it is still under way', async () => {
    const gate = Promise.withResolvers<void>();
    let late: Promise<unknown> | undefined;
    await within(async (tx) => {
      const work = tx.apart(async (inner) => {
        late = gate.promise.then(() => rename('late')(inner));
        await inner.query('select 1 / 0');
      });
      await expect(work).rejects.toMatchObject({ code: '22012' });
      gate.resolve();
      await expect(late).rejects.toThrow(OVER);
    });
    expect(await within(names)).toEqual([{ name: 'Default' }]);
  });

  it('writes nothing once the outer transaction is over, though it is still under way', async () => {
    const gate = Promise.withResolvers<void>();
    let late: Promise<unknown> | undefined;
    const failing = within(async (tx) => {
      late = tx.apart(async (inner) => {
        await inner.query('select 1');
        await gate.promise;
        await rename('late')(inner);
      });
      late.catch(() => undefined);
      await tx.query('select 1');
      throw new Error('given up');
    });
    await expect(failing).rejects.toThrow('given up');
    // On the same connection.
    const seen = await within(async (tx) => {
      gate.resolve();
      await expect(late).rejects.toThrow(OVER);
      return names(tx);
    });
    expect(seen).toEqual([{ name: 'Default' }]);
    expect(await within(names)).toEqual([{ name: 'Default' }]);
  });
});
