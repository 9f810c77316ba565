import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CreateSegmentInput, IngestItemInput } from '../../src/client/index.js';

export const FILE = resolve('../shared/data/cdnow/CDNOW_master.txt');

export interface Purchase {
  externalId: string;
  /** The value of the customer's identifier. */
  customer: string;
  /** yyyy-mm-dd */
  date: string;
  cds: number;
  cents: number;
}

export async function readPurchases(): Promise<Purchase[]> {
  const lines = (await readFile(FILE, 'utf8')).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const fields = /^\s*(\d+)\s+(\d{4})(\d\d)(\d\d)\s+(\d+)\s+(\d+)\.(\d\d)\s*$/.exec(line);
    if (!fields) return [];
    const [, customer, year, month, day, cds, dollars, cents] = fields;
    return {
      externalId: `cdnow-${index + 1}`,
      customer: `cdnow-${customer}`,
      date: `${year}-${month}-${day}`,
      cds: Number(cds),
      cents: Number(dollars) * 100 + Number(cents),
    };
  });
}

export function toItem({ externalId, customer, date, cds, cents }: Purchase): IngestItemInput {
  return {
    externalId,
    identifiers: [{ namespace: 'external', value: customer }],
    type: 'purchase',
    occurredAt: `${date}T00:00:00Z`,
    properties: { cds, dollars: cents / 100 },
  };
}

/** The same with a fact about the person: the newest must win, in whatever order the items arrive. */
export function toItemWithAttribute(purchase: Purchase): IngestItemInput {
  return { ...toItem(purchase), attributes: { lastPurchase: purchase.date } };
}

interface KnownSegment extends CreateSegmentInput {
  /** The rule once more, by hand, over all purchases of one customer. */
  holds(purchases: readonly Purchase[]): boolean;
}

export const SEGMENTS: readonly KnownSegment[] = [
  {
    key: 'three-or-more-in-1997',
    name: 'Three or more purchases in 1997',
    rule: {
      event: {
        type: 'purchase',
        from: '1997-01-01T00:00:00Z',
        to: '1998-01-01T00:00:00Z',
        count: { atLeast: 3 },
      },
    },
    holds: (purchases) => purchases.filter(({ date }) => date.startsWith('1997')).length >= 3,
  },
  {
    key: 'none-since-1998',
    name: 'No purchase since 1998 began',
    rule: { not: { event: { type: 'purchase', from: '1998-01-01T00:00:00Z' } } },
    holds: (purchases) => purchases.every(({ date }) => date < '1998-01-01'),
  },
  {
    key: 'over-100-dollars',
    name: 'A purchase of more than 100 dollars',
    rule: { event: { type: 'purchase', where: [{ path: 'dollars', is: { gt: 100 } }] } },
    holds: (purchases) => purchases.some(({ cents }) => cents > 10_000),
  },
];
