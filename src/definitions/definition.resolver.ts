import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { deletePayloadOf, payloadOf, withUserErrors } from '../platform/graphql/index.js';
import type { Node, NodeFinders } from '../platform/graphql/index.js';
import { Scope } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { deleteInput } from './definition.input.js';
import type { Keyed } from './definition.input.js';
import type { Standing } from './definition-set.js';
import type { DefinitionType } from './definition.type.js';
import { DefinitionUsers } from './definition-users.js';
import type { ChangedBy, DefinitionVerbs } from './definition-verbs.js';

/** What the context of a request gives to definitions. */
interface DefinitionContext {
  readonly byViewer: Omit<ChangedBy, 'users'>;
  readonly workspaceId: number;
  service(type: typeof DefinitionUsers): DefinitionUsers;
  reading(): Promise<Transaction>;
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** What an input says of the definition itself. */
type Said<Input extends Keyed> = Omit<Input, keyof Keyed>;

/** A mutation that makes or changes a definition. */
interface Saving<Fields> {
  input: ClassType<Keyed>;
  /** What it does, for people. */
  description: string;
  /** Brings what the input says into the form of a definition. */
  read(said: object): Fields;
}

/**
 * A mutation that makes or changes a definition.
 * @param read brings what the input says into the form of a definition; absent = it is in that form
 */
export function saving<Input extends Keyed, Fields = Said<Input>>(
  input: ClassType<Input>,
  description: string,
  read?: (said: Said<Input>) => Fields,
): Saving<Fields> {
  return { input, description, read: (read ?? ((said) => said)) as Saving<Fields>['read'] };
}

/** What the schema shows of one kind of definitions. */
interface Face<Shown, New, Changes> {
  /** The kind in the names of mutations and their types, such as `EventType` in `defineEventType`. */
  name: string;
  /** The field of payloads that holds the definition. */
  field: string;
  /** What people call one, such as `derived attribute`. */
  noun: string;
  type: ClassType<DefinitionType>;
  /** @param context that of the request */
  show(definition: Shown, context: object): DefinitionType | Promise<DefinitionType>;
  /** The query for one, by its key. */
  one: string;
  /** The query for all of them, its name and what it gives. */
  list: { name: string; gives: string };
  define: Saving<New>;
  update: Saving<Changes>;
  /** What deleting one does, for people. */
  remove: string;
}

/** What a kind of definitions brings to its feature. */
interface DefinitionKind {
  resolver: ClassType<object>;
  nodes: NodeFinders<DefinitionContext>;
}

/** What deleting a definition of any kind does. */
const REMOVAL =
  'Deleting a built-in definition restores its defaults. Refused with `DEFINITION_IN_USE` while something uses it; `subjects` are those.';

/** The queries and the three mutations of a kind of definitions, and how its definitions are found by their ids. */
export function definitionKind<Shown extends Standing, New, Changes>(
  verbs: DefinitionVerbs<Shown, New, Changes>,
  face: Face<Shown, New, Changes>,
): DefinitionKind {
  const { name, field, noun, type, list } = face;
  const DeleteInput = deleteInput(`Delete${name}Input`, noun);
  const Payload = payloadOf({ name, noun, field, type: () => type });
  const DeletePayload = deletePayloadOf({ name, noun, field, type: () => type });
  const { define, update, remove } = changing(verbs, face);

  @Resolver()
  class DefinitionResolver {
    @Authorized(Scope.READ, Scope.MANAGE)
    @Query(() => type, {
      name: face.one,
      nullable: true,
      description: `The ${noun} with the given key; null if there is none.`,
    })
    async one(
      @Arg('key', () => String, { description: 'Its key.' }) key: string,
      @Ctx() context: DefinitionContext,
    ): Promise<DefinitionType | null> {
      return standing(verbs.keyOf(key), context);
    }

    @Authorized(Scope.READ, Scope.MANAGE)
    @Query(() => [type], {
      name: list.name,
      description: `All ${list.gives}, by key in alphabetical order: at most ${verbs.limit.toLocaleString('en')}.`,
    })
    async list(@Ctx() context: DefinitionContext): Promise<DefinitionType[]> {
      const all = await verbs.read(await context.reading());
      return Promise.all([...all.values()].map(async (one) => face.show(one, context)));
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => Payload, {
      name: `define${name}`,
      nullable: true,
      description: face.define.description,
    })
    define(
      @Arg('input', () => face.define.input, { description: `The new ${noun}.` }) input: Keyed,
      @Ctx() context: DefinitionContext,
    ): Promise<object> {
      return define(input, context);
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => Payload, {
      name: `update${name}`,
      nullable: true,
      description: face.update.description,
    })
    update(
      @Arg('input', () => face.update.input, { description: `The ${noun}, and what changes.` }) input: Keyed,
      @Ctx() context: DefinitionContext,
    ): Promise<object> {
      return update(input, context);
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => DeletePayload, {
      name: `delete${name}`,
      nullable: true,
      description: `${face.remove} ${REMOVAL}`,
    })
    remove(
      @Arg('input', () => DeleteInput, { description: `The ${noun} to delete.` }) { key }: { key: string },
      @Ctx() context: DefinitionContext,
    ): Promise<object> {
      return remove(key, context);
    }
  }

  async function standing(key: string, context: DefinitionContext): Promise<DefinitionType | null> {
    const found = (await verbs.read(await context.reading())).get(key);
    return found === undefined ? null : face.show(found, context);
  }

  return { resolver: DefinitionResolver, nodes: { [verbs.prefix]: finderOf(verbs, face) } };
}

const indexes = new WeakMap<object, ReadonlyMap<string, Standing>>();

/** Finds definitions by their UUIDs among all of their kind, which are remembered. */
function finderOf<Shown extends Standing>(
  verbs: Pick<DefinitionVerbs<Shown, unknown, unknown>, 'read'>,
  { show }: Pick<Face<Shown, unknown, unknown>, 'show'>,
) {
  return async (context: DefinitionContext, uuids: readonly string[]): Promise<(Node | null)[]> => {
    const all = await verbs.read(await context.reading());
    const byUuid = indexes.get(all) ?? new Map([...all.values()].map((one) => [one.uuid, one]));
    indexes.set(all, byUuid);
    return Promise.all(
      uuids.map(async (uuid) => {
        const found = byUuid.get(uuid) as Shown | undefined;
        return found === undefined ? null : show(found, context);
      }),
    );
  };
}

/** The work of the mutations: each makes a change in a transaction of its own, and answers with what stands then. */
function changing<Shown extends Standing, New, Changes>(
  verbs: DefinitionVerbs<Shown, New, Changes>,
  face: Face<Shown, New, Changes>,
) {
  async function change(
    key: string,
    context: DefinitionContext,
    work: (tx: Transaction, by: ChangedBy & { key: string }) => Promise<void>,
  ): Promise<object> {
    const users = context.service(DefinitionUsers);
    const by = { ...context.byViewer, users, key };
    // A definition can be a user itself, and its own change may give it new faults.
    const { id } = verbs.asUser(context.workspaceId, key);
    await context.write((tx) => users.keepValid(tx, () => work(tx, by), id));
    const standing = (await verbs.read(await context.reading())).get(key);
    return { [face.field]: standing === undefined ? null : await face.show(standing, context) };
  }
  return {
    define: ({ key: given, allowUndefined = false, ...said }: Keyed, context: DefinitionContext) =>
      withUserErrors(async () => {
        const key = verbs.keyOf(given);
        verbs.checkKey(key);
        return change(key, context, (tx, by) =>
          verbs.define(tx, { ...by, allowUndefined, said: face.define.read(said) }),
        );
      }),
    update: ({ key, allowUndefined = false, ifUnchangedSince, ...said }: Keyed, context: DefinitionContext) =>
      withUserErrors(() =>
        change(verbs.keyOf(key), context, (tx, by) =>
          verbs.update(tx, { ...by, allowUndefined, ifUnchangedSince, said: face.update.read(said) }),
        ),
      ),
    remove: (given: string, context: DefinitionContext) =>
      withUserErrors(async () => {
        const key = verbs.keyOf(given);
        const payload = await change(key, context, (tx, by) => verbs.remove(tx, by));
        return { ...payload, deletedKey: key, deletedId: verbs.asUser(context.workspaceId, key).id };
      }),
  };
}
