import { Field, InputType } from 'type-graphql';
import type { ClassType } from 'type-graphql';

/** The type that says which definition goes. @param noun what it is, for people */
export function removalInput(name: string, noun: string): ClassType<{ key: string }> {
  @InputType(name, { description: `Which ${noun} to delete.` })
  class RemovalInput {
    @Field(() => String, { description: 'Its key.' })
    key!: string;
  }
  return RemovalInput;
}
