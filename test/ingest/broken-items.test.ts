import fc from 'fast-check';
import {
  asAdmin,
  defineEventType,
  expectNoErrors,
  gql,
  ingest,
  newKey,
  newTenant,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { act } from './quarantine-kit.js';

/**
 * Items are made whole and then broken in ways that this file knows, so it can say of each what must be told: the
 * codes with their paths, or nothing. Whatever is not about an item's own faults (identity, merges) is kept simple:
 * each is about a person of its own.
 */
const ITEMS = 1_000;
const BATCH = 100;
/** What is kept elsewhere on purpose: rejected items, and what was found in accepted ones. */
const KEPT_APART = ['quarantine', 'run'];

interface Broken {
  item: ItemInput;
  /** Code and path from the item inwards, of all its faults, sorted. Empty = to be accepted. */
  faults: string[];
  /** The same of what is left out. */
  warnings: string[];
  /** Whether a wider contract mends it. */
  isContractsFault: boolean;
}

type Breaking = (
  item: ItemInput,
  value: number,
) => { faults?: string[]; warnings?: string[]; isContractsFault?: true };

const properties = (item: ItemInput) => item.properties as Record<string, unknown>;

/** Each is at a place of its own, so that they can be put together. */
const BREAKINGS: Readonly<Record<string, Breaking>> = {
  'an amount that is a text': (item, value) => {
    properties(item).amount = String(value);
    return { faults: ['PROPERTY_INVALID properties.amount'], isContractsFault: true };
  },
  'a colour that is not allowed': (item, value) => {
    properties(item).colour = `#${value}`;
    return { faults: ['PROPERTY_INVALID properties.colour'], isContractsFault: true };
  },
  'a day that the calendar does not have': (item) => {
    properties(item).day = '2026-02-30';
    return { faults: ['PROPERTY_INVALID properties.day'], isContractsFault: true };
  },
  'no number': (item) => {
    delete properties(item).number;
    return { faults: ['PROPERTY_REQUIRED properties.number'], isContractsFault: true };
  },
  'an unknown property': (item, value) => {
    properties(item)[`new${value % 3}`] = value;
    return { faults: [`PROPERTY_UNKNOWN properties.new${value % 3}`], isContractsFault: true };
  },
  'a time ahead': (item) => {
    item.occurredAt = '2999-01-01T00:00:00.000Z';
    return { faults: ['OCCURRED_AT_AHEAD occurredAt'] };
  },
  'an address that is none': (item, value) => {
    item.identifiers.push({ namespace: 'email', value: `nobody${value}` });
    return { warnings: [`IDENTIFIER_INVALID identifiers.${item.identifiers.length - 1}.value`] };
  },
  'a namespace that is none': (item, value) => {
    item.identifiers.push({ namespace: `space${value}`, value: 'x' });
    return { warnings: [`NAMESPACE_UNKNOWN identifiers.${item.identifiers.length - 1}.namespace`] };
  },
  'an attribute that cannot be kept': (item) => {
    item.attributes = { city: 'Ghent', note: 'a\0' };
    return { warnings: ['INVALID_VALUE attributes.note'] };
  },
  'an instant that is none': (item, value) => {
    item.occurredAt = ['2026-02-30T00:00:00Z', '', 'soon', '2026-01-01T25:00:00Z', `${value}`][value % 5];
    return { faults: ['INVALID_VALUE occurredAt'] };
  },
  'an unknown field': (item, value) => {
    Object.assign(item, { [`field${value}`]: value });
    return { faults: [`FIELD_UNKNOWN field${value}`] };
  },
  'a channel of an unknown type': (item) => {
    item.channels = [{ type: 'PIGEON', endpoint: 'coo' }];
    return { faults: ['INVALID_VALUE channels.0.type'] };
  },
  'attributes that are a list': (item) => {
    item.attributes = [1];
    return { faults: ['INVALID_VALUE attributes'] };
  },
};

/** Of two that are about one place, one is left. */
const SAME_PLACE: Readonly<Record<string, string>> = {
  'a time ahead': 'an instant that is none',
  'an attribute that cannot be kept': 'attributes that are a list',
};

const breakable = (index: number): fc.Arbitrary<Broken> =>
  fc
    .tuple(fc.subarray(Object.keys(BREAKINGS), { maxLength: 5 }), fc.nat(9), fc.boolean(), fc.boolean())
    .map(([drawn, value, isWhole, hasColour]) => {
      const names = drawn.filter((name) => !SAME_PLACE[name] || !drawn.includes(SAME_PLACE[name]));
      const item: ItemInput = {
        externalId: `item-${index}`,
        occurredAt: '2026-01-01T00:00:00.000Z',
        identifiers: [{ namespace: 'external', value: `person-${index}` }],
        type: 'order',
        properties: {
          number: `n${index}`,
          amount: value,
          ...(hasColour && { colour: 'red' }),
          day: '2026-01-31',
        },
        attributes: { city: 'Ghent' },
      };
      const told = (isWhole ? [] : names).map((name) => (BREAKINGS[name] as Breaking)(item, value));
      return {
        item,
        faults: told.flatMap(({ faults = [] }) => faults).sort(),
        warnings: told.flatMap(({ warnings = [] }) => warnings).sort(),
        isContractsFault:
          told.some(({ faults }) => faults) &&
          told.every(({ faults, isContractsFault }) => !faults || isContractsFault),
      };
    });

let server: TestServer;
let tenant: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
});

async function begin() {
  tenant = { ...server, ...(await newTenant(server)) };
  const strict = `mutation { updateSource(input: { key: "default", unknownEvents: REJECT }) { userErrors { code } } }`;
  expectNoErrors(await gql(tenant, strict));
  await defineEventType(tenant, {
    key: 'order',
    properties: [
      { key: 'number', type: 'TEXT', isRequired: true },
      { key: 'amount', type: 'NUMBER' },
      { key: 'colour', type: 'TEXT', allowedValues: ['red', 'green'] },
      { key: 'day', type: 'DATE' },
    ],
  });
  key = await newKey(tenant, ['INGEST']);
}

/** What a server that was only ever sent these items would hold. */
async function expectEvents(expected: readonly ItemInput[]) {
  const { rows } = await asAdmin(tenant.databaseUrl, (client) =>
    client.query<{ externalId: string; properties: unknown }>(
      `select r.external_id as "externalId", e.properties from event e
      join receipt r on r.event_id = e.id and r.shard >> 8 = e.shard >> 8 where e.shard >> 8 = $1`,
      [tenant.workspaceId],
    ),
  );
  const told = new Map(rows.map((row) => [row.externalId, row.properties]));
  expect(rows).toHaveLength(expected.length);
  expect(told).toEqual(new Map(expected.map((item) => [item.externalId, item.properties])));
}

it('answers 1,000 randomly broken items each by itself, keeps the good ones, and replays the rest once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...Array.from({ length: ITEMS }, (_, index) => breakable(index))),
      async (all) => {
        await begin();
        for (let start = 0; start < ITEMS; start += BATCH) {
          const batch = all.slice(start, start + BATCH);
          const results = await ingest(
            tenant,
            batch.map(({ item }) => item),
            { key },
          );
          const told = results.map(({ status, errors, warnings, profileId, eventId }, index) => ({
            status,
            faults: namesOf(errors, index),
            warnings: namesOf(warnings, index),
            isApplied: profileId !== null && eventId !== null,
          }));
          expect(told).toEqual(
            batch.map(({ faults, warnings }) => ({
              status: faults.length > 0 ? 'REJECTED' : 'ACCEPTED',
              faults,
              warnings,
              isApplied: faults.length === 0,
            })),
          );
        }
        const good = all.filter(({ faults }) => faults.length === 0).map(({ item }) => item);
        const mendable = all.filter(({ isContractsFault }) => isContractsFault).map(({ item }) => item);
        await expectEvents(good);

        await widen();
        const before = all.length - good.length;
        expect(await replay(before)).toEqual({
          accepted: mendable.length,
          rejected: before - mendable.length,
        });
        await expectEvents([...good, ...mendable]);

        const applied = await snapshotTables(tenant, { except: KEPT_APART });
        expect(await replay(before - mendable.length)).toEqual({
          accepted: 0,
          rejected: before - mendable.length,
        });
        const again = await ingest(
          tenant,
          all.map(({ item }) => item),
          { key },
        );
        const isHere = new Set([...good, ...mendable]);
        expect(again.map(({ status }) => status)).toEqual(
          all.map(({ item }) => (isHere.has(item) ? 'DUPLICATE' : 'REJECTED')),
        );
        expect(await snapshotTables(tenant, { except: KEPT_APART })).toEqual(applied);
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);

const namesOf = (errors: readonly { code: string; path: string[] }[], index: number) =>
  errors
    .map(({ code, path }) => {
      expect(path.slice(0, 3)).toEqual(['input', 'items', String(index)]);
      return `${code} ${path.slice(3).join('.')}`;
    })
    .sort();

/** From now on the contract takes all that was its own fault. A required property can only be given up. */
async function widen() {
  const names = ['number', 'amount', 'colour', 'day', 'new0', 'new1', 'new2'];
  const query = `mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { userErrors { code path } } }`;
  const input = { key: 'order', properties: names.map((name) => ({ key: name, type: 'JSON' })) };
  expect(expectNoErrors(await gql(tenant, query, { input })).updateEventType.userErrors).toEqual([]);
}

async function replay(expected: number): Promise<{ accepted: number; rejected: number }> {
  const { accepted, duplicates, conflicts, rejected } = await act(tenant, 'replayQuarantine');
  expect([duplicates, conflicts, accepted + rejected]).toEqual([0, 0, expected]);
  return { accepted, rejected };
}
