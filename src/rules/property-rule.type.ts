import { Field, InputType } from 'type-graphql';
import { ComparisonInput } from './comparison-input.type.js';

@InputType({ description: 'A question about one property of an event.' })
export class PropertyRuleInput {
  @Field(() => String, { description: 'The path of the property. Dots lead into objects: `product.price`.' })
  path!: string;

  @Field(() => ComparisonInput, { description: 'How the value must compare.' })
  is!: ComparisonInput;
}
