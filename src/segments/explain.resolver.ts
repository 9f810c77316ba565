import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { MASK, OnefoldError, Scope, uuidOf } from '../platform/index.js';
import { toUserError } from '../platform/graphql/index.js';
import { livingRefs } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { AudienceInput, ruleOfAudience } from './audience.type.js';
import { within } from './check-rule.js';
import { explanationOf } from './explain.reads.js';
import type { Answer } from './explain.reads.js';
import { Explanation } from './explanation.type.js';
import type { ExplanationNode } from './explanation.type.js';
import { describeRule } from '../rules/index.js';
import type { Explained } from '../rules/index.js';

@Resolver()
export class ExplainResolver {
  @Authorized(Scope.READ)
  @Query(() => Explanation, {
    description:
      'Why a person matches the rule of a segment, or a rule that is not saved: the answer of each node, the value that it saw, and when time alone may change it. The same conditions are evaluated as for membership.',
  })
  async explainSegment(
    @Arg('audience', () => AudienceInput, {
      description: 'The rule to explain: that of a segment, or a rule that is not saved.',
    })
    audience: AudienceInput,
    @Arg('profileId', () => ID, {
      description: 'The id of a profile. The id of an absorbed profile stands for its survivor.',
    })
    profileId: string,
    @Ctx() context: RequestContext,
  ): Promise<Explanation> {
    const { rule, warnings } = await within('audience', () => ruleOfAudience(audience, context));
    const profile = await livingProfile(profileId, context);
    const tx = await context.reading();
    const { root, answers } = await explanationOf(tx, { rule, profile, now: context.clock.now() });
    const { seesPersonal } = context;
    const tree = toNode(root, 0, { answers, seesPersonal });
    return {
      profile: new Profile(profile),
      isMatch: answers.get(root)?.isMatch ?? false,
      summary: describeRule(rule),
      nextChangeAt: tree.nextChangeAt,
      root: tree,
      nodes: flat(tree),
      warnings: warnings.map((one) => toUserError(one, audience.rule ? ['audience'] : [])),
    };
  }
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
 * If a rule asks for personal values, a key without READ_PII is told whether the person matches the whole: it can see
 * that from the membership. The answers of the nodes, and when they change, would reveal the values.
 */
function toNode(node: Explained, depth: number, showing: Showing): ExplanationNode {
  const answer = showing.answers.get(node);
  if (!answer) throw new Error('every node is asked');
  const { seesPersonal } = showing;
  return {
    path: node.path,
    depth,
    text: node.text,
    isMatch: seesPersonal || depth === 0 || !node.isPersonal ? answer.isMatch : null,
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
