import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import type { Payload } from '../platform/graphql/index.js';
import { findRuns } from '../runs/index.js';
import { RecountSegmentsInput, RecountSegmentsPayload } from './recount.type.js';
import { requestRecount } from './request-recount.js';

const MOST_KEYS = 500;

@Resolver()
export class RecountResolver {
  @Authorized(Scope.MANAGE)
  @Mutation(() => RecountSegmentsPayload, {
    nullable: true,
    description:
      'Starts a run that counts the members of segments and corrects sizes that are wrong. Sizes stay exact by themselves: use it after restoring a backup, or to make sure.',
  })
  recountSegments(
    @Arg('input', () => RecountSegmentsInput, { description: 'The segments.' }) input: RecountSegmentsInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'run'>> {
    return withUserErrors(async () => {
      const keys = input.keys ?? null;
      if (keys && keys.length > MOST_KEYS)
        throw new OnefoldError('TOO_MANY', {
          path: ['keys'],
          message: `Name at most ${MOST_KEYS} segments; without \`keys\` all are counted.`,
        });
      const { keyId } = context.viewer;
      const id = await context.write((tx) => requestRecount(tx, { keys, keyId, now: context.clock.now() }));
      const [run] = await findRuns(context, [id]);
      return { run };
    });
  }
}
