import { Field, ObjectType } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { UserError } from '../platform/graphql/index.js';

interface Payload {
  /** The type's name in the schema. */
  name: string;
  /** The field that holds the definition. */
  field: string;
  type: ClassType<object>;
  /** What became of what, for people. */
  subject: string;
  description: string;
}

/** The type of what a mutation of definitions answers: the definition as it is now, and why it was refused. */
export function definitionPayload({ name, field, type, subject, description }: Payload): ClassType<object> {
  @ObjectType(name, { simpleResolvers: true, description: `What became of the ${subject}.` })
  class PayloadType {
    @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
    userErrors!: UserError[];
  }
  Field(() => type, { nullable: true, description })(PayloadType.prototype, field);
  return PayloadType;
}
