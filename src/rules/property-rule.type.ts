import { Field, InputType } from 'type-graphql';
import { ComparisonInput } from './comparison-input.type.js';

@InputType({ description: 'A question about one property of an event.' })
export class PropertyRuleInput {
  @Field(() => String, { description: 'The property; dots lead into objects: `product.price`.' })
  path!: string;

  @Field(() => ComparisonInput, { description: 'What it must be.' })
  is!: ComparisonInput;
}
