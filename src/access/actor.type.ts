import { Field, InterfaceType } from 'type-graphql';

/** Whose class is a `Node`, and so says what it is. */
interface Typed {
  readonly typeName: string;
}

@InterfaceType({
  description: 'Somebody who asks for things and changes them: an API key.',
  resolveType: (actor: Actor & Typed) => actor.typeName,
  autoRegisterImplementations: false,
})
export abstract class Actor {
  @Field(() => String, { description: 'The name for people.' })
  name!: string;
}
