import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { OnefoldError, uuidOf } from '../platform/index.js';
import { livingRefs, maskingFor } from '../profiles/index.js';
import type { Masking, ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkRule } from './check-rule.js';
import { explanationOf } from './explain.reads.js';
import type { Answer } from './explain.reads.js';
import { Explanation } from './explanation.type.js';
import type { ExplanationNode } from './explanation.type.js';
import { describeRule } from './rule/compile-rule.js';
import type { Explained } from './rule/explain-rule.js';
import type { Rule } from './rule/rule.js';
import { RuleInput, ruleJson } from './rule.input.js';
import { catalogueOf } from './segment-catalogue.js';

@Resolver()
export class ExplainResolver {
  @Authorized(Scope.READ)
  @Query(() => Explanation, {
    description:
      'Why a person fits a segment, or a rule that is not saved: the answer of each node, the value that it saw, and when time alone may change it. The same conditions are evaluated as for membership.',
  })
  async explainSegment(
    @Arg('segment', () => String, {
      nullable: true,
      description: 'The key of a segment; or else give a rule.',
    })
    segment: string | null,
    @Arg('rule', () => RuleInput, { nullable: true, description: 'A rule; or else name a segment.' })
    input: RuleInput | null,
    @Arg('profileId', () => ID, {
      description: 'A profile id; that of an absorbed one stands for its survivor.',
    })
    profileId: string,
    @Ctx() context: RequestContext,
  ): Promise<Explanation> {
    const rule = await ruleOf({ segment, input }, context);
    const profile = await livingProfile(profileId, context);
    const tx = await context.reading();
    const { root, answers } = await explanationOf(tx, { rule, profile, now: context.clock.now() });
    const masked = await maskingFor(context);
    const tree = toNode(root, 0, { answers, masked });
    return {
      profile: new Profile(profile),
      holds: tree.holds,
      summary: describeRule(rule),
      nextChangeAt: tree.nextChangeAt,
      root: tree,
      nodes: flat(tree),
    };
  }
}

async function ruleOf(
  { segment, input }: { segment: string | null; input: RuleInput | null },
  context: RequestContext,
): Promise<Rule> {
  const catalogue = await catalogueOf(context);
  if ((segment == null) === (input == null))
    throw new OnefoldError('REQUIRED', {
      path: ['segment'],
      message: 'Name a segment or give a rule: one of the two.',
    });
  if (input != null) return checkRule(catalogue, ruleJson(input));
  const live = catalogue.byKey.get(segment ?? '');
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['segment'] });
  return live.rule;
}

async function livingProfile(id: string, context: RequestContext): Promise<ProfileRef> {
  const uuid = uuidOf('profile', id);
  const profile = uuid && (await context.loaders.get(livingRefs, context).load(uuid));
  if (!profile) throw new OnefoldError('PROFILE_UNKNOWN', { path: ['profileId'] });
  return profile;
}

interface Showing {
  answers: ReadonlyMap<Explained, Answer>;
  masked: Masking;
}

function toNode(node: Explained, depth: number, showing: Showing): ExplanationNode {
  const answer = showing.answers.get(node);
  if (!answer) throw new Error('every node is asked');
  const seen =
    answer.seen === null || node.attribute === null
      ? answer.seen
      : showing.masked(node.attribute, answer.seen);
  return {
    path: node.path,
    depth,
    text: node.text,
    holds: answer.holds,
    seen,
    nextChangeAt: answer.nextChangeAt,
    children: node.children.map((child) => toNode(child, depth + 1, showing)),
  };
}

function flat(node: ExplanationNode): ExplanationNode[] {
  return [node, ...node.children.flatMap(flat)];
}
