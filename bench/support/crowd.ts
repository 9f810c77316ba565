import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { bucketOf, shardOf } from '../../src/platform/shard.ts';
import { random } from './workload.ts';

const DAY_MS = 86_400_000;
const CITIES = [
  'Ghent',
  'Bruges',
  'Antwerp',
  'Brussels',
  'Liège',
  'Namur',
  'Mons',
  'Ostend',
  'Leuven',
  'Genk',
];
const STATUSES = ['bronze', 'bronze', 'silver', 'gold'];
const TYPES = ['page_view', 'page_view', 'purchase', 'purchase', 'service_contact'];

interface Crowd {
  people: number;
  events: number;
  workspaceId: number;
  sourceId: string;
  /** Whether all that rules can ask of is known of them: dates, channels, consent, labels. Others are quicker made. */
  everything?: boolean;
}

/** The workspace that a server starts with, and its source. */
export async function sourceOf(client: pg.Client): Promise<{ workspaceId: number; sourceId: string }> {
  const { rows } = await client.query<{ workspaceId: number; sourceId: string }>(
    `select workspace_id as "workspaceId", id as "sourceId" from source limit 1`,
  );
  const [source] = rows;
  if (!source) throw new Error('a server starts with a source');
  return source;
}

/**
 * People of a shop and what they did in the last year, put into the tables by COPY in the order of time, as they
 * would have come: neighbours in the tables are no neighbours in their keys. They are named as in the workload.
 */
export async function fillByCopy(client: pg.Client, crowd: Crowd): Promise<void> {
  const next = random(7);
  const now = Date.now();
  const ids = Array.from({ length: crowd.people }, (_, index) => {
    const bucket = bucketOf(`external\0${nameOf(index)}`);
    return { shard: shardOf(crowd.workspaceId, bucket), id: uuid(now - 365 * DAY_MS, bucket) };
  });
  const instant = (ms: number) => new Date(ms).toISOString();
  const types = crowd.everything ? [...TYPES, 'refund'] : TYPES;
  await copy(client, 'profile (shard, id, attributes, created_at, updated_at)', function* () {
    const created = instant(now - 365 * DAY_MS);
    for (const { shard, id } of ids) {
      const attributes = {
        city: one(CITIES, next),
        loyaltyStatus: one(STATUSES, next),
        contractEndDate: instant(now + (next() * 400 - 30) * DAY_MS),
        ...(crowd.everything && ownAttributes(next)),
      };
      yield [shard, id, JSON.stringify(attributes), created, created];
    }
  });
  await copy(
    client,
    'identifier (shard, namespace, value, profile_shard, profile_id, recorded_profile_id, source_id, first_seen_at, last_seen_at)',
    function* () {
      const seen = instant(now - 365 * DAY_MS);
      for (const [index, { shard, id }] of ids.entries())
        yield [shard, 'external', nameOf(index), shard, id, id, crowd.sourceId, seen, seen];
    },
  );
  await copy(
    client,
    'event (shard, profile_id, occurred_at, id, type, properties, source_id, received_at, recorded_profile_id)',
    function* () {
      for (let index = 0; index < crowd.events; index += 1) {
        const person = one(ids, next);
        const at = instant(now - 365 * DAY_MS * (1 - index / crowd.events));
        const properties = {
          total: Math.round(next() * 20_000) / 100,
          category: `c${Math.floor(next() * 20)}`,
          ...(crowd.everything && ownProperties(at, next)),
        };
        const id = uuid(now - 365 * DAY_MS * (1 - index / crowd.events), Math.floor(next() * 256));
        yield [
          ...[person.shard, person.id, at, id, one(types, next), JSON.stringify(properties)],
          ...[crowd.sourceId, at, person.id],
        ];
      }
    },
  );
  if (crowd.everything) await fillTheRest(client, ids, crowd.sourceId);
  await client.query('vacuum analyze profile, identifier, event, channel, consent_change, profile_label');
}

interface Person {
  shard: number;
  id: string;
}

const CURRENCIES = ['USD', 'USD', 'EUR', 'JPY'];
const INTERESTS = ['golf', 'chess', 'music', 'cooking', 'travel', 'films'];

function ownAttributes(next: () => number): object {
  const born = new Date(Date.UTC(1940, 0, 1) + Math.floor(next() * 23_000) * DAY_MS);
  return {
    birthDate: born.toISOString().slice(0, 'yyyy-mm-dd'.length),
    interests: [one(INTERESTS, next), one(INTERESTS, next)],
    ...(next() < 0.9 && { points: Math.floor(next() * 1_000) }),
  };
}

function ownProperties(at: string, next: () => number): object {
  const days = Math.floor(next() * 10);
  return {
    ...(next() < 0.9 && { currency: one(CURRENCIES, next) }),
    delivery: { days },
    deliverBy: new Date(Date.parse(at) + days * DAY_MS).toISOString(),
  };
}

/** Of two in three an e-mail address, mostly with what they said to it; of a few a tag, a term, a facet. */
async function fillTheRest(client: pg.Client, ids: readonly Person[], sourceId: string): Promise<void> {
  const next = random(8);
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const reachable = ids.map((person, index) => ({ ...person, endpoint: `person-${index}@example.com` }));
  const withAddress = reachable.filter((_, index) => index % 3 > 0);
  await copy(
    client,
    'identifier (shard, namespace, value, profile_shard, profile_id, recorded_profile_id, source_id, first_seen_at, last_seen_at, validated_at, validated_by)',
    function* () {
      for (const { shard, id, endpoint } of withAddress) {
        const own = shardOf(shard >> 8, bucketOf(`email\0${endpoint}`));
        const verified = next() < 0.5 ? [ago(90), 'LINK'] : ['\\N', '\\N'];
        yield [own, 'email', endpoint, shard, id, id, sourceId, ago(100), ago(100), ...verified];
      }
    },
  );
  await copy(
    client,
    'channel (shard, profile_id, type, endpoint, recorded_profile_id, first_seen_at, last_seen_at, source_id)',
    function* () {
      for (const { shard, id, endpoint } of withAddress)
        yield [shard, id, 'EMAIL', endpoint, id, ago(100), ago(100), sourceId];
    },
  );
  await copy(
    client,
    'consent_change (shard, profile_id, id, recorded_profile_id, type, endpoint, purpose, state, at, backing, source_id, received_at)',
    function* () {
      for (const { shard, id, endpoint } of withAddress)
        for (const [days, state, backing] of consentsOf(next))
          yield [
            ...[shard, id, uuid(Date.now(), 0), id, 'EMAIL', endpoint, 'marketing', state, ago(days)],
            ...[backing, sourceId, ago(days)],
          ];
    },
  );
  await copy(
    client,
    'profile_label (shard, profile_id, kind, label, recorded_profile_id, is_on, at, source_id)',
    function* () {
      for (const { shard, id } of ids)
        for (const [kind, label, share] of LABELS)
          if (next() < share) yield [shard, id, kind, label, id, next() < 0.9 ? 't' : 'f', ago(50), sourceId];
    },
  );
}

const LABELS = [
  ['TAG', 'vip', 0.1],
  ['TERM', 'pastimes/sport', 0.2],
  ['TERM', 'pastimes/golf', 0.1],
  ['FACET', 'student', 0.2],
] as const;

/** Most grant it; some of them take it back later, of whom some are on a list that is imported once more. */
function consentsOf(next: () => number): [daysAgo: number, state: string, backing: string][] {
  const said = next();
  if (said < 0.1) return [];
  if (said < 0.5) return [[80, 'GRANTED', said < 0.3 ? 'NONE' : 'DATED']];
  if (said < 0.8) return [[80, 'GRANTED', 'DATED']];
  return [
    [80, 'GRANTED', 'DATED'],
    [40, 'REVOKED', 'DATED'],
    ...(said < 0.9 ? [[20, 'GRANTED', 'NONE'] as [number, string, string]] : []),
  ];
}

function nameOf(index: number): string {
  return `person-${index}`;
}

const ROWS_AT_ONCE = 500;

async function copy(
  client: pg.Client,
  into: string,
  rows: () => Generator<readonly (string | number)[]>,
): Promise<void> {
  function* lines() {
    let part: string[] = [];
    for (const row of rows()) {
      part.push(row.join('\t'));
      if (part.length < ROWS_AT_ONCE) continue;
      yield `${part.join('\n')}\n`;
      part = [];
    }
    if (part.length > 0) yield `${part.join('\n')}\n`;
  }
  await pipeline(Readable.from(lines()), client.query(copyFrom(`copy ${into} from stdin`)));
}

/** A version 7 UUID of an instant, whose last byte is given. */
function uuid(ms: number, lastByte: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  const rest = randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(15, 34)}${lastByte.toString(16).padStart(2, '0')}`;
}

function one<T>(all: readonly T[], next: () => number): T {
  const found = all[Math.floor(next() * all.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}
