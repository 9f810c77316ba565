import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Json } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';

@ObjectType({ simpleResolvers: true, description: 'A node of a rule, as it is answered for one person.' })
export class ExplanationNode {
  @Field(() => [String], {
    description:
      'Where it stands in the rule: `["all", "0"]`. What another segment asks stands below `segment`. Empty = the whole.',
  })
  path!: readonly string[];

  @Field(() => Int, { description: 'How many nodes are above it.' })
  depth!: number;

  @Field(() => String, { description: 'What it asks, in plain English.' })
  text!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the person fits it. Null without the scope READ_PII below the whole, where the answer would tell something personal.',
  })
  holds!: boolean | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The value that it looks at: of an attribute, of a figure over events. Null when it is not known, or there is no one value. `***` without the scope READ_PII where it, or what the node asks, is personal.',
  })
  seen!: unknown;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The earliest instant at which time alone may change the answer; null = it never does. Null, too, without the scope READ_PII where the answer rests on personal values.',
  })
  nextChangeAt!: Date | null;

  @Field(() => [ExplanationNode], { description: 'The nodes right below it.' })
  children!: ExplanationNode[];
}

@ObjectType({ simpleResolvers: true, description: 'Why a person fits a rule, or does not.' })
export class Explanation {
  @Field(() => Profile, { description: 'The person.' })
  profile!: Profile;

  @Field(() => Boolean, { description: 'Whether the person fits the whole rule.' })
  holds!: boolean;

  @Field(() => String, { description: 'The rule in plain English.' })
  summary!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The earliest instant at which time alone may change the answer; null = it never does. Null, too, without the scope READ_PII where the answer rests on personal values.',
  })
  nextChangeAt!: Date | null;

  @Field(() => ExplanationNode, { description: 'The rule as a tree.' })
  root!: ExplanationNode;

  @Field(() => [ExplanationNode], {
    description: 'All its nodes, from the top down, each before its children: at most 200 or so.',
  })
  nodes!: ExplanationNode[];
}
