import { Field, ObjectType } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { UserError } from '../platform/graphql/index.js';

interface Payload {
  /** The type's name in the schema. */
  name: string;
  /** The field that holds the definition. */
  field: string;
  type: ClassType<object>;
  /** What people call the definition, such as `derived attribute`. */
  subject: string;
  description: string;
}

/** Makes the payload type of a mutation. It holds the definition as it is now, and why a change was refused. */
export function definitionPayload({ name, field, type, subject, description }: Payload): ClassType<object> {
  @ObjectType(name, { simpleResolvers: true, description: `What became of the ${subject}.` })
  class PayloadType {
    @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
    userErrors!: UserError[];
  }
  Field(() => type, { nullable: true, description })(PayloadType.prototype, field);
  return PayloadType;
}
