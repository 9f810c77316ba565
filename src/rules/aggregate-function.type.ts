import { registerEnumType } from 'type-graphql';
import { AGGREGATES } from './events/aggregate.js';

export const AggregateFunction = Object.fromEntries(Object.keys(AGGREGATES).map((name) => [name, name]));
registerEnumType(AggregateFunction, {
  name: 'AggregateFunction',
  description: 'A figure over one property of events.',
  valuesConfig: {
    SUM: { description: 'The sum of its numbers, exactly. Missing when there are none.' },
    SUM_BY_CURRENCY: {
      description:
        'The sum of the amounts of money in each currency, exactly: an object such as `{ "EUR": 49.99, "JPY": 10000 }`. Missing when there are none.',
    },
    AVERAGE: { description: 'The mean of its numbers. Missing when there are none.' },
    MINIMUM: { description: 'The smallest of its numbers. Missing when there are none.' },
    MAXIMUM: { description: 'The largest of its numbers. Missing when there are none.' },
    DISTINCT: { description: 'How many different values it has, from 0.' },
    COUNT: { description: 'How many events there are. Takes no property.' },
    DISTINCT_LIST: {
      description: 'Its different values, in order: the first 100. Missing when there are none.',
    },
    MOST_FREQUENT: {
      description: 'Its most frequent value. If several are equally frequent, the first of them in order.',
    },
    FIRST: { description: 'Its value in the earliest event that has one.' },
    LAST: { description: 'Its value in the latest event that has one.' },
    FIRST_AT: { description: 'When the earliest event happened (that has the property, if one is given).' },
    LAST_AT: { description: 'When the latest event happened (that has the property, if one is given).' },
  },
});
