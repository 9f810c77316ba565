import { open } from 'node:fs/promises';
import type { IngestItemInput } from 'onefold/client';
import { Trouble } from '../connect.ts';

/**
 * The lines of CDNOW_master.txt as items, as they are read. Several lines of one customer on one day are separate
 * purchases, so the number of the line is what tells them apart.
 */
export async function* purchases(file: string): AsyncGenerator<IngestItemInput, void, undefined> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    const [customer, date, cds, dollars, ...more] = line.trim().split(/\s+/);
    if (!customer || customer === 'customer_id') continue;
    if (!/^\d{8}$/.test(date ?? '') || !dollars || more.length > 0)
      throw new Trouble(`${file}, line ${number}: "${line.trim()}" is not customer, date, CDs, dollars.`);
    yield {
      externalId: `cdnow-${number}`,
      identifiers: [{ namespace: 'external', value: `cdnow-${customer}` }],
      type: 'purchase',
      occurredAt: date?.replace(/(....)(..)(..)/, '$1-$2-$3T00:00:00Z'),
      properties: { cds: Number(cds), dollars: Number(dollars) },
    };
  }
}

/** To know beforehand how much there is to do. */
export async function countPurchases(file: string): Promise<number> {
  let count = 0;
  for await (const line of linesOf(file)) if (/^\s*\d/.test(line)) count += 1;
  return count;
}

async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new Trouble(
      `${file} cannot be read (${error.code}). Say with --file where CDNOW_master.txt is; or run \`npm run demo\`, ` +
        'which needs no file.',
    );
  });
  yield* handle.readLines();
}
