import { Field, InputType } from 'type-graphql';
import type { ClassType } from 'type-graphql';

const KEY = 'lower-case letters, digits, `-`, `.`, `_`; at most 100';

/** What everybody can say of a definition of whatever kind. */
@InputType()
export abstract class DefinitionInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name for people; at most 200 characters. Null = its key.',
  })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, for people; at most 2,000 characters.' })
  description?: string | null;
}

/** Declares the key of a definition that is new. @param form what a key looks like, if it is a name of sources */
export function NewKey(form = KEY): PropertyDecorator {
  return Field(() => String, {
    description: `The name under which programs, items and rules refer to it: ${form}. Cannot be changed.`,
  });
}

/** Declares the key of a definition that is there. */
export function KnownKey(): PropertyDecorator {
  return Field(() => String, { description: 'Its key; a built-in one can be changed too.' });
}

/** What an input of a definition says beside its fields. */
export interface Keyed {
  key: string;
  allowUndefined?: boolean;
  ifUnchangedSince?: Date | null;
}

/** The input of the mutation that deletes one. @param noun what it is, for people */
export function deleteInput(name: string, noun: string): ClassType<{ key: string }> {
  @InputType(name, { description: `Which ${noun} to delete.` })
  class DeleteInput {
    @Field(() => String, { description: 'Its key.' })
    key!: string;
  }
  return DeleteInput;
}
