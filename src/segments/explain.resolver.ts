import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { MASK, OnefoldError, Scope, uuidOf } from '../platform/index.js';
import { toUserError } from '../platform/graphql/index.js';
import { livingRefs } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkRule } from './check-rule.js';
import type { CheckedRule } from './check-rule.js';
import { explanationOf } from './explain.reads.js';
import type { Answer } from './explain.reads.js';
import { Explanation } from './explanation.type.js';
import type { ExplanationNode } from './explanation.type.js';
import { describeRule } from '../rules/index.js';
import type { Explained } from '../rules/index.js';
import { RuleInput, ruleJson } from '../rules/rule-input.type.js';
import { savedRule } from './saved-rule.js';
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
    const { rule, warnings } = await ruleOf({ segment, input }, context);
    const profile = await livingProfile(profileId, context);
    const tx = await context.reading();
    const { root, answers } = await explanationOf(tx, { rule, profile, now: context.clock.now() });
    const { seesPersonal } = context;
    const tree = toNode(root, 0, { answers, seesPersonal });
    return {
      profile: new Profile(profile),
      holds: answers.get(root)?.holds ?? false,
      summary: describeRule(rule),
      nextChangeAt: tree.nextChangeAt,
      root: tree,
      nodes: flat(tree),
      warnings: warnings.map((one) => toUserError(one)),
    };
  }
}

async function ruleOf(
  { segment, input }: { segment: string | null; input: RuleInput | null },
  context: RequestContext,
): Promise<Pick<CheckedRule, 'rule' | 'warnings'>> {
  const catalogue = await catalogueOf(context);
  if ((segment == null) === (input == null))
    throw new OnefoldError('REQUIRED', {
      path: ['segment'],
      message: 'Name a segment or give a rule: one of the two.',
    });
  const { seesPersonal } = context;
  if (input != null) return checkRule(await context.reading(), catalogue, ruleJson(input), { seesPersonal });
  const live = catalogue.byKey.get(segment ?? '');
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['segment'] });
  return savedRule(live, context);
}

async function livingProfile(id: string, context: RequestContext): Promise<ProfileRef> {
  const uuid = uuidOf('profile', id);
  const profile = uuid && (await context.loaders.get(livingRefs, context).load(uuid));
  if (!profile) throw new OnefoldError('PROFILE_UNKNOWN', { path: ['profileId'] });
  return profile;
}

interface Showing {
  answers: ReadonlyMap<Explained, Answer>;
  seesPersonal: boolean;
}

/**
 * A key without READ_PII is told of a rule that asks for personal values what it may know from the membership: whether
 * the whole holds. The answers of the nodes, and when they change, would tell what the values are.
 */
function toNode(node: Explained, depth: number, showing: Showing): ExplanationNode {
  const answer = showing.answers.get(node);
  if (!answer) throw new Error('every node is asked');
  const { seesPersonal } = showing;
  return {
    path: node.path,
    depth,
    text: node.text,
    holds: seesPersonal || depth === 0 || !node.isPersonal ? answer.holds : null,
    seen: seesPersonal ? answer.seen : maskedSeen(node, answer),
    nextChangeAt: seesPersonal || !restsOnPersonal(node) ? answer.nextChangeAt : null,
    children: node.children.map((child) => toNode(child, depth + 1, showing)),
  };
}

function maskedSeen({ isPersonal, seen, privacy }: Explained, answer: Answer): unknown {
  if (isPersonal) return seen && MASK;
  return privacy ? privacy.mask(answer.seen) : answer.seen;
}

/** Whether it, or anything below it, asks for a personal value: also what another segment asks. */
function restsOnPersonal(node: Explained): boolean {
  return node.isPersonal || node.children.some(restsOnPersonal);
}

function flat(node: ExplanationNode): ExplanationNode[] {
  return [node, ...node.children.flatMap(flat)];
}
