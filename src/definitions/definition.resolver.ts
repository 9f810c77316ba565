import { Arg, Authorized, Ctx, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { withUserErrors } from '../platform/graphql/index.js';
import { Scope } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { definitionPayload } from './definition-payload.type.js';
import { DefinitionUsers } from './definition-users.js';
import type { ChangedBy, DefinitionVerbs } from './definition-verbs.js';
import { removalInput } from './removal.input.js';

/** What the context of a request gives to definitions. */
interface DefinitionContext {
  readonly byViewer: Omit<ChangedBy, 'users'>;
  service(type: typeof DefinitionUsers): DefinitionUsers;
  reading(): Promise<Transaction>;
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** A mutation of definitions. */
interface Verb<Input extends object> {
  input: ClassType<Input>;
  /** What it does, for people. */
  description: string;
  /** What its input says, for people. */
  asks?: string;
}

/** A definition in the form of an input. */
interface Keyed {
  key: string;
  allowUndefined?: boolean;
}

/** What an input says, its key apart. */
type Rest<Input extends Keyed> = Omit<Input, 'key' | 'allowUndefined'>;

/** A mutation that makes or changes a definition. */
interface SavingVerb<Input extends Keyed, Said> extends Verb<Input> {
  /** Brings what the input says into the form of a definition. */
  read(said: Rest<Input>): NoInfer<Said>;
}

/** What the schema shows of one kind of definitions. */
interface Face<
  Shown,
  New,
  Changes,
  Define extends Keyed,
  Update extends Keyed,
  Type extends object,
  Context,
> {
  /** The kind in the names of mutations and their types, such as `EventType` in `defineEventType`. */
  name: string;
  /** The field of payloads that holds the definition. */
  field: string;
  /** What people call one, such as `attribute`. */
  noun: string;
  /** What people call one where `noun` alone would be unclear, such as `derived attribute`. Absent = `noun`. */
  subject?: string;
  type: ClassType<Type>;
  show(definition: Shown, context: Context): Type | Promise<Type>;
  /** The query for all of them, its name and what it gives; `items`: what it counts as in an operation's cost. */
  list: { name: string; gives: string; items?: number };
  define: SavingVerb<Define, New>;
  update: SavingVerb<Update, Changes>;
  remove: Partial<Verb<{ key: string }>> & { description: string; payload?: ClassType<object> };
}

/** The query and the three mutations of a kind of definitions. */
export function definitionResolver<
  Shown,
  New,
  Changes,
  Define extends Keyed,
  Update extends Keyed,
  Type extends object,
  Context extends DefinitionContext,
>(
  verbs: DefinitionVerbs<Shown, New, Changes>,
  face: Face<Shown, New, Changes, Define, Update, Type, Context>,
): ClassType<object> {
  const { name, field, noun, subject = noun, type, list } = face;
  const RemoveInput = face.remove.input ?? removalInput(`Delete${name}Input`, subject);
  const when = face.remove.payload ? '' : 'it is gone, or ';
  const description = `The ${noun} as it is now; null when ${when}the change was refused.`;
  const Payload = definitionPayload({ name: `${name}Payload`, field, type, subject, description });
  const RemovePayload = face.remove.payload ?? Payload;
  const { define, update, remove } = changing(verbs, face);

  @Resolver()
  class DefinitionResolver {
    @Authorized(Scope.READ, Scope.MANAGE)
    @Extensions(list.items === undefined ? {} : { items: list.items })
    @Query(() => [type], {
      name: list.name,
      description: `All ${list.gives}, by key in alphabetical order: at most ${verbs.limit.toLocaleString('en')}.`,
    })
    async list(@Ctx() context: Context): Promise<Type[]> {
      const all = await verbs.read(await context.reading());
      return Promise.all([...all.values()].map(async (one) => face.show(one, context)));
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => Payload, { name: `define${name}`, description: face.define.description })
    define(
      @Arg('input', () => face.define.input, { description: face.define.asks ?? `The new ${noun}.` })
      input: Define,
      @Ctx() context: Context,
    ): Promise<object> {
      return define(input, context);
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => Payload, { name: `update${name}`, description: face.update.description })
    update(
      @Arg('input', () => face.update.input, {
        description: face.update.asks ?? 'Which one, and what changes.',
      })
      input: Update,
      @Ctx() context: Context,
    ): Promise<object> {
      return update(input, context);
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => RemovePayload, { name: `delete${name}`, description: face.remove.description })
    remove(
      @Arg('input', () => RemoveInput, { description: face.remove.asks ?? `Which ${noun}.` })
      { key }: { key: string },
      @Ctx() context: Context,
    ): Promise<object> {
      return remove(key, context);
    }
  }
  return DefinitionResolver;
}

/** The work of the mutations: each makes a change in a transaction of its own, and answers with what stands then. */
function changing<
  Shown,
  New,
  Changes,
  Define extends Keyed,
  Update extends Keyed,
  Type extends object,
  Context extends DefinitionContext,
>(
  verbs: DefinitionVerbs<Shown, New, Changes>,
  face: Face<Shown, New, Changes, Define, Update, Type, Context>,
) {
  async function change(
    key: string,
    context: Context,
    work: (tx: Transaction, by: ChangedBy & { key: string }) => Promise<void>,
  ): Promise<{ [field: string]: Type | null }> {
    const users = context.service(DefinitionUsers);
    const by = { ...context.byViewer, users, key };
    // A definition can be a user itself, and its own change may give it new faults.
    await context.write((tx) =>
      users.keepValid(tx, () => work(tx, by), verbs.asUser(tx.workspaceId, key).id),
    );
    const standing = (await verbs.read(await context.reading())).get(key);
    return { [face.field]: standing === undefined ? null : await face.show(standing, context) };
  }
  return {
    define: ({ key: given, allowUndefined = false, ...said }: Define, context: Context) =>
      withUserErrors(async () => {
        const key = verbs.keyOf(given);
        verbs.checkKey(key);
        return change(key, context, (tx, by) =>
          verbs.define(tx, { ...by, allowUndefined, said: face.define.read(said) }),
        );
      }),
    update: ({ key, allowUndefined = false, ...said }: Update, context: Context) =>
      withUserErrors(() =>
        change(verbs.keyOf(key), context, (tx, by) =>
          verbs.update(tx, { ...by, allowUndefined, said: face.update.read(said) }),
        ),
      ),
    remove: (given: string, context: Context) =>
      withUserErrors(async () => {
        const key = verbs.keyOf(given);
        return { ...(await change(key, context, (tx, by) => verbs.remove(tx, by))), deletedKey: key };
      }),
  };
}
