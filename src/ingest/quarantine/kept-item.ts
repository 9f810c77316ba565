import { bucketOf, canonicalKey, shardOf } from '../../platform/index.js';
import type { OnefoldError } from '../../platform/index.js';
import { receiptKey, receiptName } from '../claim-receipts.js';
import { isNamed } from '../item.js';
import type { Item } from '../item.js';

/** An item in quarantine, as its row has it. */
export interface KeptItem {
  /** Tells it from all others. */
  name: string;
  shard: number;
  sourceId: string;
  externalId: string | null;
  type: string | null;
  body: string | null;
  digest: Buffer;
  errors: string;
  /** With commas between. */
  codes: string;
}

const MAX_TYPE = 100;

/** An item is kept once under its externalId, or, if it has none, under its body. */
export function keptItem(workspaceId: number, item: Item, errors: readonly OnefoldError[]): KeptItem {
  const name = isNamed(item) ? receiptName(item) : `${item.sourceId}\0\0${item.digest.toString('hex')}`;
  const key = isNamed(item)
    ? receiptKey(workspaceId, item)
    : { shard: shardOf(workspaceId, bucketOf(name)), sourceId: item.sourceId, externalId: null };
  return {
    ...key,
    name,
    type: typeOf(item),
    body: item.raw === undefined ? null : JSON.stringify(item.raw),
    digest: item.digest,
    errors: JSON.stringify(errors.map(written)),
    codes: [...new Set(errors.map(({ code }) => code))].sort().join(),
  };
}

function written({ code, message, inputPath }: OnefoldError): object {
  return { code, message, path: inputPath.map(String) };
}

/** A type that cannot be one is not looked for. */
function typeOf({ raw }: Item): string | null {
  const told = (raw as { type?: unknown } | null | undefined)?.type;
  if (typeof told !== 'string' || !told.isWellFormed()) return null;
  const type = canonicalKey(told);
  return type.length <= MAX_TYPE && !/\p{Cc}/u.test(type) ? type : null;
}
