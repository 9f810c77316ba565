import { Field, InputType } from 'type-graphql';

@InputType({
  description:
    'Whether the person has a term. If its taxonomy is restricted to profile schemas, only people with a facet of one of these match.',
})
export class TermRuleInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether people with a descendant of the term match, too. Default: true.',
  })
  includeDescendants?: boolean;
}
