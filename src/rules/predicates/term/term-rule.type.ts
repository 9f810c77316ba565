import { Field, InputType } from 'type-graphql';

@InputType({
  description:
    'Whether the person is sorted under a term. Where its taxonomy is restricted to profile schemas, only while they have a facet of one of these.',
})
export class TermRuleInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether people sorted under a descendant of the term match too. Default: true.',
  })
  includeDescendants?: boolean;
}
