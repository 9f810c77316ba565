import { Field, ObjectType } from 'type-graphql';
import { Decimal } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'An amount of money in one currency.' })
export class Money {
  @Field(() => Decimal, { description: 'The exact amount, in major units: `49.99`.' })
  amount!: string;

  @Field(() => String, { description: 'The currency: an ISO 4217 code such as `EUR`.' })
  currency!: string;
}
