import { Field, InputType } from 'type-graphql';
import { AggregateFunction } from '../../aggregate-function.type.js';
import { ComparisonInput } from '../../comparison-input.type.js';

@InputType({ description: 'A question about a figure over one property of the events that count.' })
export class AggregateRuleInput {
  @Field(() => AggregateFunction, { description: 'The figure.' })
  function!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The path of the property. Dots lead into objects: `product.price`. Only COUNT, FIRST_AT and LAST_AT need none.',
  })
  path?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count. An ISO 4217 code, or `WORKSPACE` for the currency of the workspace. Absent = `WORKSPACE` if the event type declares the property as an amount of money; otherwise all numbers count.',
  })
  currency?: string;

  @Field(() => ComparisonInput, { description: 'How the figure must compare.' })
  is!: ComparisonInput;
}
