import { Field, InputType } from 'type-graphql';
import { AggregateFunction } from '../../aggregate-function.type.js';
import { ComparisonInput } from '../../comparison-input.type.js';

@InputType({ description: 'A question about a figure over one property of the events that count.' })
export class AggregateRuleInput {
  @Field(() => AggregateFunction, { description: 'Which figure.' })
  function!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The property; dots lead into objects: `product.price`. Only COUNT, FIRST_AT and LAST_AT do without.',
  })
  path?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count: an ISO 4217 code, or `WORKSPACE` for that of the workspace. Absent = `WORKSPACE`, if the contract of the type calls the property an amount of money; otherwise all numbers count.',
  })
  currency?: string;

  @Field(() => ComparisonInput, { description: 'What the figure must be.' })
  is!: ComparisonInput;
}
