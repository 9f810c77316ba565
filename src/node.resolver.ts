import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { RequestContext } from './access/index.js';
import { OnefoldError, parsePublicId, Scope } from './platform/index.js';
import { FEATURES } from './features.js';
import { Node, UserError } from './platform/graphql/index.js';
import type { NodeFinder } from './platform/graphql/index.js';

/** A map, for clients write the prefixes: an object would have a `constructor`. */
const FINDERS: ReadonlyMap<string, NodeFinder<RequestContext>> = new Map(
  FEATURES.flatMap(({ nodes = {} }) => Object.entries(nodes)),
);
const MAX_NODES = 500;

@Resolver()
export class NodeResolver {
  @Authorized(Scope.READ)
  @Query(() => Node, {
    nullable: true,
    description:
      'Any object by its id; null if this workspace has none with that id. An absorbed profile is null here: `profile` follows merges.',
  })
  async node(
    @Arg('id', () => ID, { description: 'A TypeID, such as `profile_…`.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Node | null> {
    const [found] = await findNodes(context, [id]);
    return found ?? null;
  }

  @Authorized(Scope.READ)
  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Objects by their ids, at most 500, in the order of the ids; null where `node` would answer null.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'At most 500 TypeIDs.' }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(Node | null)[]> {
    if (ids.length > MAX_NODES)
      throw new OnefoldError('TOO_MANY', {
        path: ['ids'],
        message: `Ask for at most ${MAX_NODES} nodes at a time.`,
      });
    return findNodes(context, ids);
  }
}

const nodesById = (context: RequestContext) => (ids: readonly string[]) => findNodes(context, ids);

@Resolver(() => UserError)
export class UserErrorResolver {
  @FieldResolver(() => [Node], {
    nullable: true,
    description:
      'What the error is about, such as the users of a definition that is in use: at most 100. Those that have gone since are left out. Null when there are none, or without the scope READ.',
  })
  async subjects(@Root() error: UserError, @Ctx() context: RequestContext): Promise<Node[] | null> {
    if (!error.subjectIds || !context.has(Scope.READ)) return null;
    const found = await context.loaders.get(nodesById, context).loadMany(error.subjectIds);
    return found.filter((node) => node instanceof Node);
  }
}

async function findNodes(context: RequestContext, ids: readonly string[]): Promise<(Node | null)[]> {
  const parsed = ids.map(parsePublicId);
  const byPrefix = Map.groupBy(
    parsed.filter((id) => id !== null),
    (id) => id.prefix,
  );
  const found = new Map<string, Node>();
  for (const [prefix, asked] of byPrefix) {
    const nodes =
      (await FINDERS.get(prefix)?.(
        context,
        asked.map((id) => id.uuid),
      )) ?? [];
    nodes.forEach((node, index) => {
      if (node) found.set(`${prefix}_${asked[index]?.uuid}`, node);
    });
  }
  return parsed.map((id) => (id && found.get(`${id.prefix}_${id.uuid}`)) ?? null);
}
