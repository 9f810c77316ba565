import { Field, InputType } from 'type-graphql';
import { ComparisonInput } from './comparison-input.type.js';

@InputType({ description: 'A question about one value of a person.' })
export class ValueRuleInput {
  @Field(() => String, { description: 'The key of the value, such as `city`.' })
  key!: string;

  @Field(() => ComparisonInput, { description: 'How the value must compare.' })
  is!: ComparisonInput;
}
