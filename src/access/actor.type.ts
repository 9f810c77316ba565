import { Field, InterfaceType } from 'type-graphql';

/** Whose class is a `Node`, and so says what it is. */
interface Typed {
  readonly typeName: string;
}

@InterfaceType({
  description: 'Something that makes requests and changes: an API key.',
  resolveType: (actor: Actor & Typed) => actor.typeName,
  autoRegisterImplementations: false,
})
export abstract class Actor {
  @Field(() => String, { description: 'The display name.' })
  name!: string;
}
