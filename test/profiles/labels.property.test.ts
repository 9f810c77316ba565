import fc from 'fast-check';
import { expectNoErrors, gql, item, newTenant, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { define, labelsOf } from './labels-kit.js';

interface Told {
  label: 'vip' | 'member' | 'customer';
  isOn: boolean;
  /** Null: it does not say when. */
  day: number | null;
  device: 'one' | 'two';
}

const told: fc.Arbitrary<Told> = fc.record({
  label: fc.constantFrom('vip', 'member', 'customer'),
  isOn: fc.boolean(),
  day: fc.option(fc.integer({ min: 1, max: 2 })),
  device: fc.constantFrom('one', 'two'),
});

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

/** The rule as docs/labels.md says it. @param all in the order of their arrival */
function plainly(all: readonly Told[]): string[] {
  const stands = (label: Told['label'], byDefault: boolean) => {
    const said = all.filter((one) => one.label === label);
    if (said.length === 0) return byDefault;
    const when = ({ day }: Told) => day ?? Infinity;
    const newest = Math.max(...said.map(when));
    return said.findLast((one) => when(one) === newest)?.isOn ?? false;
  };
  return [
    ...(stands('vip', false) ? ['vip'] : []),
    ...(stands('customer', true) ? ['(customer)'] : []),
    ...(stands('member', false) ? ['(member)'] : []),
  ];
}

it('labels depend on the order of arrival for equal instants alone, and not on batches, merges and undos', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { minLength: 1, maxLength: 8 }),
      fc.nat(8),
      fc.integer({ min: 1, max: 4 }),
      async (all, mergeAfter, batch) => {
        const tenant = { ...server, ...(await newTenant(server)) };
        await define(tenant, 'defineTag', { key: 'vip', label: 'VIP' });
        const items = all.map(({ label, isOn, day, device }) => {
          const field = label === 'vip' ? (isOn ? 'add' : 'remove') : isOn ? 'adopt' : 'drop';
          return item(
            { device },
            { tags: { [field]: [label] }, occurredAt: day === null ? null : `2026-02-0${day}T00:00:00.000Z` },
          );
        });
        const linking = item({ device: 'one' });
        linking.identifiers.push({ namespace: 'device', value: 'two' });
        items.splice(Math.min(mergeAfter, items.length), 0, linking);
        for (let start = 0; start < items.length; start += batch)
          await seed(tenant, items.slice(start, start + batch));
        expect(await labelsOf(tenant, 'one', 'device')).toEqual(plainly(all));
        const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
        if (merges.nodes.length === 0) return;
        const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
        expectNoErrors(await gql(tenant, undo, merges.nodes[0]));
        for (const device of ['one', 'two'])
          expect(await labelsOf(tenant, device, 'device')).toEqual(
            plainly(all.filter((one) => one.device === device)),
          );
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
}, 120_000);
