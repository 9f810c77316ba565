import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Json, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { WARNINGS } from '../rules/rule-input.type.js';

@ObjectType({ simpleResolvers: true, description: 'A node of a rule, as it is answered for one person.' })
export class ExplanationNode {
  @Field(() => [String], {
    description:
      'Where it stands in the rule: `["all", "0"]`. The nodes of another segment stand below `segment`. If the segment has an exit rule, paths begin with `rule` or `exitRule`, and `["membership"]` asks whether the person is already a member. Empty = the whole rule.',
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
      'What it looks at: the value of an attribute or of a figure over events, the channels of the type, the identifiers of the namespace, the tags, terms or facets of the person (lists: the first 100), whether the rule of a segment holds. Null for `all`, `any` and `not`, and when a value is not known. `***` without the scope READ_PII where it, or what the node asks, is personal; endpoints and identifiers always are.',
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

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}
