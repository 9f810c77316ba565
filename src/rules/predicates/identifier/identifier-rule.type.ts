import { Field, InputType } from 'type-graphql';

@InputType({
  description: 'Whether the person has an identifier that meets all of these conditions.',
})
export class IdentifierRuleInput {
  @Field(() => String, { description: 'The key of its namespace, such as `email`.' })
  namespace!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its value, in any spelling. Absent = any value of the namespace.',
  })
  value?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the identifier was verified as the person’s own. Absent = either.',
  })
  isVerified?: boolean;
}
