import type { Transaction } from './transaction.js';

const PAGE = 100;
let made = 0;

/**
 * The rows of one statement, however many there are, read a hundred at a time. All of them are as they were when the
 * first was asked for. Between the pages the transaction can do other things.
 */
export async function* rowsInPages<Row = Record<string, unknown>>(
  tx: Pick<Transaction, 'query' | 'send'>,
  text: string,
  values: readonly unknown[] = [],
): AsyncGenerator<Row, void, undefined> {
  const cursor = `pages_${(made += 1)}`;
  await tx.query(`declare ${cursor} no scroll cursor for ${text}`, values);
  for (;;) {
    const rows = await tx.query<Row>(`fetch ${PAGE} from ${cursor}`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  // A reader who stops early leaves it to the end of the transaction.
  tx.send(`close ${cursor}`);
}
