import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** How many of a hundred segments ask for purchases; the others ask for what no item tells of. */
const CONCERNED = 5;

/** How long ago a purchase was at most, so that all of them ask for it but the first (see `rule`). */
export const RECENT_DAYS = 5;

/** The rule of the segment with a number. */
function rule(number: number): object {
  const index = Math.floor((number * CONCERNED) / 100);
  const isConcerned = index > Math.floor(((number - 1) * CONCERNED) / 100) || number === 1;
  if (!isConcerned)
    return number % 2
      ? { attribute: { key: `attribute-${number}`, is: { equals: number } } }
      : { event: { type: `other-${number % 50}`, count: { atLeast: 1 + (number % 5) } } };
  const where = [{ path: 'total', is: { gt: (index * 37) % 200 } }];
  const count = { atLeast: 1 + (index % 10) };
  // Five in a hundred of ten are half a segment: the first asks for half of the purchases.
  const hours = number === 1 ? (RECENT_DAYS * 24) / 2 : (10 + index) * 24;
  return { event: { type: 'purchase', where, count, ...(index % 3 === 0 && { withinLast: { hours } }) } };
}

/** Puts segments into the table: a program would make them one by one. None of them is kept yet. */
export async function fillSegments(
  client: pg.Client,
  { count, workspaceId }: { count: number; workspaceId: number },
): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    await client.query(
      `insert into segment (id, workspace_id, key, name, rule, rule_version, status, created_at, updated_at)
      values ($1, $2, $3, $3, $4, 1, 'PAUSED', now(), now())`,
      [randomUUID(), workspaceId, keyOf(number), JSON.stringify(rule(number))],
    );
}

/** Has the first so many of them kept, and no others. */
export async function keepSegments(
  client: pg.Client,
  { count, workspaceId }: { count: number; workspaceId: number },
): Promise<void> {
  const kept = Array.from({ length: count }, (_, index) => keyOf(index + 1));
  await client.query(
    `update segment set status = case when key = any($2) then 'LIVE' else 'PAUSED' end where workspace_id = $1`,
    [workspaceId, kept],
  );
  await client.query('update workspace set catalogue_version = catalogue_version + 1 where id = $1', [
    workspaceId,
  ]);
}

function keyOf(number: number): string {
  return `segment-${number}`;
}
