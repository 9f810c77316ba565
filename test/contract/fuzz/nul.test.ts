import { isEnumType, isInputObjectType, isListType, isNonNullType, isRequiredInputField } from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType } from 'graphql';
import { createSchema } from '../../../src/schema.js';
import { createSegment, event, explained, gql, seed, startServer } from '../../kit/index.js';
import type { TestServer } from '../../kit/index.js';
import type { Known } from './arguments.js';
import { fieldsOf, queryFor } from './operations.js';

/** What PostgreSQL cannot keep, and what is no text at all. */
const HOSTILE = ['a\0b', 'a\ud800'];
const MAX_DEPTH = 3;

let server: TestServer;
let known: Known;

beforeAll(async () => {
  server = await startServer();
  await createSegment(server, 'towns', { attribute: { key: 'city', is: { exists: true } } });
  const who = { external: 'ada', email: 'ada@example.com' };
  const ids = await seed(server, [event(who, 'purchase', { total: 5 }, { attributes: { city: 'Ghent' } })]);
  known = {
    ...{
      String: ['x'],
      ID: ids,
      Int: [1],
      Float: [1],
      Boolean: [true],
      JSON: [1],
      DateTime: ['2026-01-05T00:00:00Z'],
    },
    ...{ id: ids, profileId: ids, profileIds: ids, survivorId: ids, segment: ['towns'], key: ['city'] },
    ...{ namespace: ['external'], value: ['ada'], type: ['purchase'], path: ['total'], source: ['default'] },
  };
}, 60_000);

const FIELDS = fieldsOf(createSchema()).map((one) => ({
  ...one,
  name: `${one.type.name}.${one.field.name}`,
}));

it.each(FIELDS)(
  '$name answers a text that cannot be kept, wherever it is, and never with an internal error',
  async (one) => {
    const query = queryFor(one, known);
    const { args } = one.field;
    const hostile = args.flatMap(({ name, type }) =>
      valuesOf(name, type)
        .slice(1)
        .map((value) => ({ [name]: value })),
    );
    const fitting = Object.fromEntries(args.map(({ name, type }) => [name, valuesOf(name, type)[0]]));
    for (const variables of hostile) {
      const answer = await gql(server, query, { ...fitting, ...variables });
      explained(answer, () => {
        expect(answer.status).toBeLessThan(500);
        expect(answer.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain(
          'INTERNAL_SERVER_ERROR',
        );
      });
    }
  },
  120_000,
);

/** A value that fits, and then the same with a hostile text in each of its places, one at a time. */
function valuesOf(name: string, type: GraphQLInputType, depth = MAX_DEPTH): unknown[] {
  if (isNonNullType(type)) return valuesOf(name, type.ofType, depth);
  if (isListType(type)) return valuesOf(name, type.ofType, depth).map((value) => [value]);
  if (isInputObjectType(type)) return objectsOf(type, depth);
  const fitting = (known[name] ??
    known[type.name] ?? [isEnumType(type) ? type.getValues()[0]?.name : null])[0];
  if (type.name === 'JSON') return [fitting, ...HOSTILE, { 'a\0': 1 }];
  return ['String', 'ID'].includes(type.name) ? [fitting, ...HOSTILE] : [fitting];
}

function objectsOf(type: GraphQLInputObjectType, depth: number): unknown[] {
  const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isRequiredInputField(field));
  const byField = fields.map((field) => ({
    name: field.name,
    values: valuesOf(field.name, field.type, depth - 1),
  }));
  if (type.isOneOf) return byField.flatMap(({ name, values }) => values.map((value) => ({ [name]: value })));
  const fitting = Object.fromEntries(byField.map(({ name, values }) => [name, values[0]]));
  return [
    fitting,
    ...byField.flatMap(({ name, values }) => values.slice(1).map((value) => ({ ...fitting, [name]: value }))),
  ];
}
