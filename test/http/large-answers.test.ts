import fc from 'fast-check';
import { stringifyHttpAnswer } from '../../src/operation-plugin.js';
import { stringifyInTurns } from '../../src/platform/graphql/index.js';
import { longestTurn } from '../kit/index.js';

/** More than is written in one go. */
const LONG = 'x'.repeat(70_000);
const MOST = { who: 'test', most: Infinity };

/** What GraphQL.js answers: objects without a prototype, with what scalars give in them. */
const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.date(),
  fc.json().map((text) => JSON.parse(text) as unknown),
);
const { answer } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, leaf, tie('answer'), fc.array(tie('value'), { maxLength: 60 })),
  answer: fc.dictionary(fc.string(), tie('value'), { noNullPrototype: false }),
}));

it('a large answer is written as JSON.stringify would write it', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (one) => {
      const large = Object.assign(Object.create(null), one, { long: LONG }) as object;
      expect(await stringifyInTurns(large, MOST)).toBe(JSON.stringify(large));
      const list = [one, LONG, one];
      expect(await stringifyInTurns(list, MOST)).toBe(JSON.stringify(list));
      expect(await stringifyInTurns(one as object, MOST)).toBe(JSON.stringify(one));
    }),
    { numRuns: 300 },
  );
});

it('others are served while it is written', async () => {
  const people = Array.from({ length: 2_000 }, (_, n) => ({
    id: n,
    events: Array.from({ length: 100 }, (_, m) => ({ type: 'visit', properties: { page: `/${m}` } })),
  }));
  let text: string | null = null;
  const turn = await longestTurn(async () => {
    text = await stringifyInTurns({ data: { people } }, MOST);
  });
  expect(text).toHaveLength(JSON.stringify({ data: { people } }).length);
  expect(turn).toBeLessThan(150);
});

it('one of more than 32 MB is refused in its place', async () => {
  const extensions = { cost: { asked: 1_000, left: 499_000 } };
  const notes = Array.from({ length: 400 }, () => 'x'.repeat(90_000));
  expect(JSON.parse(await stringifyHttpAnswer({ data: { notes }, extensions }))).toEqual({
    errors: [
      { message: expect.stringMatching(/32 MB.*smaller/), extensions: { code: 'OPERATION_TOO_LARGE' } },
    ],
    extensions,
  });
  const short = { data: { notes: notes.slice(0, 300) }, extensions };
  expect(JSON.parse(await stringifyHttpAnswer(short))).toEqual(short);
});
