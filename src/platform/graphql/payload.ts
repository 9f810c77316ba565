import { Field, ID, ObjectType } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { addFields } from './shown-field.js';
import type { ShownField } from './shown-field.js';
import { UserError } from './user-error.type.js';

interface PayloadOf<Name extends string> {
  /** Of the type, without `Payload`: `Tag` makes `TagPayload`. */
  name: string;
  /** What people call the thing, such as `API key`. */
  noun: string;
  /** The field that holds the thing. */
  field: Name;
  /** The thing. */
  type: () => object;
  /** What the field says of itself. Absent = that it is the thing as it is now, and null when refused. */
  description?: string;
}

/** What a mutation answers: the thing, and why it was refused. */
export type Payload<Name extends string> = { [Field in Name]?: unknown } & { userErrors: UserError[] };

/** What a deletion answers. */
export type DeletePayload<Name extends string> = Payload<Name> & {
  deletedId?: string | null;
  deletedKey?: string | null;
};

/**
 * The payload of the mutations that make or change a thing.
 * @param more further fields, such as a secret that is shown once; all are null when the mutation was refused
 */
export function payloadOf<Name extends string, More extends string = never>(
  { name, noun, field, type, description }: PayloadOf<Name>,
  more?: Record<More, Omit<ShownField, 'nullable'>>,
): ClassType<Payload<Name | More>> {
  const all = {
    [field]: {
      type,
      description: description ?? `The ${noun} as it is now; null when the change was refused.`,
    },
    ...more,
  };
  return payloadType(name, `The result of a mutation: the ${noun}, or why it was refused.`, all) as ClassType<
    Payload<Name | More>
  >;
}

/**
 * The payload of a mutation that deletes a thing.
 * @param hasKey whether it is addressed by a key
 */
export function deletePayloadOf<Name extends string>({
  name,
  noun,
  field,
  type,
  description,
  hasKey = true,
}: PayloadOf<Name> & { hasKey?: boolean }): ClassType<DeletePayload<Name>> {
  const deleted = (what: string) => `The ${what} of the deleted ${noun}; null when the deletion was refused.`;
  return payloadType(`Delete${name}`, `The result of deleting the ${noun}.`, {
    deletedId: { type: () => ID, description: deleted('id') },
    ...(hasKey && { deletedKey: { type: () => String, description: deleted('key') } }),
    [field]: {
      type,
      description:
        description ??
        `The built-in ${noun} that the deletion restored. Null if there is none, or if the deletion was refused.`,
    },
  }) as ClassType<DeletePayload<Name>>;
}

function payloadType(
  name: string,
  description: string,
  fields: Record<string, Omit<ShownField, 'nullable'>>,
): ClassType {
  @ObjectType(`${name}Payload`, { simpleResolvers: true, description })
  class PayloadType {
    @Field(() => [UserError], { description: 'Why it was refused. Empty if it was not.' })
    userErrors!: UserError[];
  }
  const nullable = Object.entries(fields).map(([field, shown]) => [field, { ...shown, nullable: true }]);
  addFields(PayloadType, Object.fromEntries(nullable) as Record<string, ShownField>);
  return PayloadType;
}
