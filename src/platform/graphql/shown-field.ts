import { Field } from 'type-graphql';
import type { ClassType } from 'type-graphql';

/** A field of a type that is made by a function. */
export interface ShownField {
  /** A GraphQL type, or a list of one: `() => String`, `() => [UserError]`. */
  type: () => object;
  nullable?: boolean;
  description: string;
}

/** As the decorator `Field` does, for fields whose names are values. */
export function addFields(to: ClassType, fields: Readonly<Record<string, ShownField>>): void {
  for (const [name, { type, ...options }] of Object.entries(fields))
    Field(type as () => ClassType, options)(to.prototype, name);
}
