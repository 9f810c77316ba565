import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { isEnumType, isInputObjectType, isListType, isNonNullType, isRequiredInputField } from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType } from 'graphql';
import { hostile, OF_ANOTHER_TYPE } from './hostile-values.ts';

/** Values that exist, by the names of the arguments that want them: what passes the first checks gets furthest. */
export type Known = Record<string, readonly unknown[]>;

const ABSENT = Symbol('absent');
const MAX_DEPTH = 4;
/** More than most lists may hold. */
const MANY = 600;
const MAX_REPEATED = 1_000;

/** Makes values for arguments: mostly such as fit, with hostile ones among them, at any depth. */
export class Arguments {
  private readonly made = new Map<string, Arbitrary<unknown>>();
  private readonly known: Known;

  constructor(known: Known) {
    this.known = known;
  }

  of(name: string, type: GraphQLInputType, depth = MAX_DEPTH): Arbitrary<unknown> {
    const id = `${name} ${String(type)} ${depth}`;
    const made = this.made.get(id) ?? this.make(name, type, depth);
    this.made.set(id, made);
    return made;
  }

  private make(name: string, type: GraphQLInputType, depth: number): Arbitrary<unknown> {
    if (isNonNullType(type))
      return fc.oneof(
        { weight: 60, arbitrary: this.of(name, type.ofType, depth) },
        { weight: 1, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: OF_ANOTHER_TYPE },
      );
    if (isListType(type)) {
      const item = this.of(name, type.ofType, depth);
      const small = item.filter((one) => (JSON.stringify(one) ?? '').length < MAX_REPEATED);
      return fc.oneof(
        { weight: 12, arbitrary: fc.array(item, { maxLength: 3 }) },
        { weight: 1, arbitrary: small.map((one) => Array.from({ length: MANY }, () => one)) },
      );
    }
    if (isInputObjectType(type)) return this.ofObject(type, depth);
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
    const known = this.known[name] ?? this.known[type.name] ?? [];
    return fc.oneof(
      { weight: 4, arbitrary: known.length > 0 ? fc.constantFrom(...known) : hostile(type.name) },
      { weight: 1, arbitrary: hostile(type.name) },
    );
  }

  private ofObject(type: GraphQLInputObjectType, depth: number): Arbitrary<unknown> {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || isRequiredInputField(field),
    );
    const valueOf = (field: (typeof fields)[number]) => this.of(field.name, field.type, depth - 1);
    if (type.isOneOf) {
      if (depth <= 0) return fc.constant({});
      const one = fc.oneof(
        ...fields.map((field) => valueOf(field).map((value) => ({ [field.name]: value }))),
      );
      return fc.oneof(
        { weight: 20, arbitrary: one },
        { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => ({ ...a, ...b })) },
      );
    }
    const values = fields.map((field) =>
      isRequiredInputField(field)
        ? valueOf(field)
        : fc.oneof({ weight: 2, arbitrary: fc.constant(ABSENT) }, { weight: 1, arbitrary: valueOf(field) }),
    );
    return fc
      .tuple(...values)
      .map((all) =>
        Object.fromEntries(
          fields.flatMap(({ name }, index) => (all[index] === ABSENT ? [] : [[name, all[index]]])),
        ),
      );
  }
}
