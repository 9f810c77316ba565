import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Json, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { WARNINGS } from '../rules/rule-input.type.js';

@ObjectType({ simpleResolvers: true, description: 'A node of a rule, and its answer for one person.' })
export class ExplanationNode {
  @Field(() => [String], {
    description:
      'Where it is in the rule: `["all", "0"]`; at most 400 steps. The nodes of another segment are below `segment`. If the segment has an exit rule, paths begin with `rule` or `exitRule`, and `["membership"]` asks whether the person is already a member. Empty = the whole rule.',
  })
  path!: readonly string[];

  @Field(() => Int, { description: 'How many nodes are above it: 0 for the whole rule.' })
  depth!: number;

  @Field(() => String, { description: 'What it asks, in plain English.' })
  text!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the person matches it. Null without the scope READ_PII for nodes below the root whose answer would reveal something personal.',
  })
  isMatch!: boolean | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'What it looks at: the value of an attribute or of a figure over events, the channels of the type, the identifiers of the namespace, the tags, terms or facets of the person (lists: the first 100), whether the person matches the rule of a segment. Null for `all`, `any` and `not`, and when a value is not known. `***` without the scope READ_PII where it, or what the node asks, is personal; endpoints and identifiers always are.',
  })
  seen!: unknown;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The earliest instant at which time alone may change the answer. Null if it never does, and without the scope READ_PII if the answer rests on personal values.',
  })
  nextChangeAt!: Date | null;

  @Field(() => [ExplanationNode], { description: 'The nodes directly below it: at most 200.' })
  children!: ExplanationNode[];
}

@ObjectType({ simpleResolvers: true, description: 'Why a person matches a rule, or does not.' })
export class Explanation {
  @Field(() => Profile, { description: 'The person.' })
  profile!: Profile;

  @Field(() => Boolean, { description: 'Whether the person matches the whole rule.' })
  isMatch!: boolean;

  @Field(() => String, { description: 'The rule in plain English.' })
  summary!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The earliest instant at which time alone may change the answer. Null if it never does, and without the scope READ_PII if the answer rests on personal values.',
  })
  nextChangeAt!: Date | null;

  @Field(() => ExplanationNode, { description: 'The rule as a tree.' })
  root!: ExplanationNode;

  @Field(() => [ExplanationNode], {
    description:
      'All its nodes, from the top down, each before its children: at most 400, exit rule included.',
  })
  nodes!: ExplanationNode[];

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}
