import { Field, InputType } from 'type-graphql';
import type { ClassType } from 'type-graphql';

const KEY = 'At most 100 lower-case letters, digits, `-`, `.` and `_`.';

/** What everybody can say of a definition of whatever kind. */
@InputType()
export abstract class DefinitionInput {
  @Field(() => String, {
    nullable: true,
    description: 'The display name; at most 200 characters. Absent or null = the key.',
  })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'A longer text for people; at most 2,000 characters.' })
  description?: string | null;
}

/** Declares the key of a definition that is new. @param form what a key looks like, in a sentence */
export function NewKey(form = KEY): PropertyDecorator {
  return Field(() => String, {
    description: `The name by which programs, items and rules refer to it. ${form} It cannot be changed.`,
  });
}

/** Declares the key of a definition that is there. */
export function KnownKey(): PropertyDecorator {
  return Field(() => String, { description: 'Its key. Built-in definitions can be changed, too.' });
}

/** What an input of a definition says beside its fields. */
export interface Keyed {
  key: string;
  allowUndefined?: boolean;
  ifUnchangedSince?: Date | null;
}

/** The input of the mutation that deletes one. @param noun what it is, for people */
export function deleteInput(name: string, noun: string): ClassType<{ key: string }> {
  @InputType(name, { description: `The ${noun} to delete.` })
  class DeleteInput {
    @Field(() => String, { description: 'Its key.' })
    key!: string;
  }
  return DeleteInput;
}
