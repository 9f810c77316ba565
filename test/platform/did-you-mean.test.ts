import { didYouMean } from '../../src/platform/index.js';

const KNOWN = ['city', 'firstName', 'total_spend', 'purchase', 'total', 'gtm.uniqueEventId', 'a', 'vip'];

it.each([
  ['ctiy', 'city'],
  ['City', 'city'],
  ['purchas', 'purchase'],
  ['purchsae', 'purchase'],
  ['totl', 'total'],
  ['first_name', 'firstName'],
  ['Total-Spend', 'total_spend'],
  ['gtm.uniqueEventID', 'gtm.uniqueEventId'],
  ['vpi', 'vip'],
])('%s is taken for a slip of %s', (name, meant) => {
  expect(didYouMean(name, KNOWN)).toBe(` Did you mean "${meant}"?`);
});

it.each(['shoeSize', 'country', 'xyz', '', 'x'.repeat(10_000)])('nothing is close to %s', (name) => {
  expect(didYouMean(name, ['city', 'firstName', 'purchase'])).toBe('');
});
