import { Field } from 'type-graphql';

/** Fields of an input, by name; all of them may be absent. */
export type InputFields = Readonly<Record<string, { type: () => object; description: string }>>;

/** Gives an input class fields that are listed elsewhere. */
export function addFields({ prototype }: { prototype: object }, fields: InputFields): void {
  for (const [name, { type, description }] of Object.entries(fields))
    Field(type as () => ObjectConstructor, { nullable: true, description })(prototype, name);
}
