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

/** What the schema shows of one kind of definitions. */
interface Face<Shown, Words, Input extends { key: string }, Type extends object, Context> {
  /** The kind in the names of mutations and their types, such as `EventType` in `defineEventType`. */
  name: string;
  /** The field of payloads that holds the definition. */
  field: string;
  /** For people: what one is called, and what its payload is about if that is called differently. */
  noun: string;
  subject?: string;
  type: ClassType<Type>;
  show(definition: Shown, context: Context): Type | Promise<Type>;
  /** The query for all of them, its name and what it gives; `items`: what it counts as in an operation's cost. */
  list: { name: string; gives: string; items?: number };
  /** Brings what an input says into the form of a definition. */
  read(said: Omit<Input, 'key' | 'allowUndefined'>): Words;
  define: Verb<Input>;
  update: Verb<Input>;
  remove: Partial<Verb<{ key: string }>> & { description: string; payload?: ClassType<object> };
}

/** The query and the three mutations of a kind of definitions. */
export function definitionResolver<
  Shown,
  Words,
  Input extends { key: string; allowUndefined?: boolean },
  Type extends object,
  Context extends DefinitionContext,
>(verbs: DefinitionVerbs<Shown, Words>, face: Face<Shown, Words, Input, Type, Context>): ClassType<object> {
  const { name, field, noun, subject = noun, type, list } = face;
  const RemoveInput = face.remove.input ?? removalInput(`Delete${name}Input`, subject);
  const when = face.remove.payload ? '' : 'it is gone, or ';
  const description = `The ${noun} as it is now; null when ${when}the change was refused.`;
  const Payload = definitionPayload({ name: `${name}Payload`, field, type, subject, description });
  const RemovePayload = face.remove.payload ?? Payload;
  const { save, remove } = changing(verbs, face);

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
      input: Input,
      @Ctx() context: Context,
    ): Promise<object> {
      return save('define', input, context);
    }

    @Authorized(Scope.MANAGE)
    @Mutation(() => Payload, { name: `update${name}`, description: face.update.description })
    update(
      @Arg('input', () => face.update.input, {
        description: face.update.asks ?? 'Which one, and what changes.',
      })
      input: Input,
      @Ctx() context: Context,
    ): Promise<object> {
      return save('update', input, context);
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
  Words,
  Input extends { key: string; allowUndefined?: boolean },
  Type extends object,
  Context extends DefinitionContext,
>(verbs: DefinitionVerbs<Shown, Words>, face: Face<Shown, Words, Input, Type, Context>) {
  function change(
    verb: 'define' | 'update' | 'remove',
    given: string,
    context: Context,
    work: (tx: Transaction, by: ChangedBy & { key: string }) => Promise<void>,
  ): Promise<object> {
    return withUserErrors(async () => {
      const key = verbs.keyOf(given);
      if (verb === 'define') verbs.checkKey(key);
      const users = context.service(DefinitionUsers);
      const by = { ...context.byViewer, users, key };
      // A definition can be a user itself, under this name: a change of it may give it new faults.
      const itself = `the ${verbs.name} "${key}"`;
      await context.write((tx) => users.keepValid(tx, () => work(tx, by), itself));
      const standing = (await verbs.read(await context.reading())).get(key);
      const shown = standing === undefined ? null : await face.show(standing, context);
      return { deletedKey: key, [face.field]: shown };
    });
  }
  return {
    save: (verb: 'define' | 'update', input: Input, context: Context) => {
      const { key, allowUndefined = false, ...said } = input;
      return change(verb, key, context, (tx, by) =>
        verbs[verb](tx, { ...by, allowUndefined, said: face.read(said) }),
      );
    },
    remove: (key: string, context: Context) =>
      change('remove', key, context, (tx, by) => verbs.remove(tx, by)),
  };
}
