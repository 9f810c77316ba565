import { Field, InputType } from 'type-graphql';

@InputType({
  description:
    'Whether the person has a facet of a profile schema: adopted, or given by default and not dropped.',
})
export class FacetRuleInput {
  @Field(() => String, { description: 'The key of the profile schema.' })
  schema!: string;
}
