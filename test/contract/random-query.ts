import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputField,
  GraphQLInputObjectType,
  GraphQLInputType,
  GraphQLNamedOutputType,
  GraphQLSchema,
} from 'graphql';

/** Draws a whole number from 0 to `below`, exclusive. */
export type Draw = (below: number) => number;

/**
 * What values are drawn from: by `owner.name` (an argument of a field, a field of an input), or else by name, or by
 * type. Enums are drawn from their own values.
 */
export type Pool = Readonly<Record<string, readonly unknown[]>>;

export interface Query {
  query: string;
  variables: Record<string, unknown>;
}

/** Where a value is wanted, and in how many inputs. */
interface Place {
  owner: string;
  name: string;
  depth: number;
}

const MAX_DEPTH = 5;
const MAX_RULE_DEPTH = 5;
const MAX_NESTED = 5;
const PAGING: ReadonlySet<string> = new Set(['first', 'last', 'after', 'before']);

/**
 * Draws a query from the schema: a field of Query, arguments, and what is asked of the answer. So a new field is tried
 * as soon as it is there.
 */
export class RandomQuery {
  private readonly variables: Record<string, unknown> = {};
  private readonly declared: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly pool: Pool,
    private readonly draw: Draw,
    /** Fields that are never asked for, such as `ApiKey.scopes`. */
    private readonly without: ReadonlySet<string> = new Set(),
  ) {}

  make(): Query {
    // What takes arguments can be asked in more ways.
    const fields = Object.values(this.schema.getQueryType()?.getFields() ?? {}).flatMap((one) =>
      Array<typeof one>(1 + 3 * one.args.filter(({ name }) => !PAGING.has(name)).length).fill(one),
    );
    const root = this.one(fields);
    const asked = this.field(root, 0) ?? root.name;
    const variables = this.declared.length > 0 ? `(${this.declared.join(', ')})` : '';
    return { query: `query ${variables} { ${asked} }`, variables: this.variables };
  }

  private field({ name, type, args }: GraphQLField<unknown, unknown>, depth: number): string | null {
    const named = getNamedType(type);
    const selection = isLeafType(named) ? '' : this.selection(named, depth + 1);
    if (selection === null) return null;
    const given = this.argumentsOf(args).map((arg) => {
      const variable = `v${this.declared.length}`;
      this.declared.push(`$${variable}: ${String(arg.type)}`);
      this.variables[variable] = this.value(arg.type, { owner: name, name: arg.name, depth: 0 });
      return `${arg.name}: $${variable}`;
    });
    return `${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
  }

  /** Those that are needed and some of the others; a page is small and without a cursor, mostly. */
  private argumentsOf(args: readonly GraphQLArgument[]): readonly GraphQLArgument[] {
    const size = this.draw(4) === 0 ? 'last' : 'first';
    const [page, others] = [
      args.filter(({ name }) => PAGING.has(name)),
      args.filter(({ name }) => !PAGING.has(name)),
    ];
    const sized = page.find(({ name }) => name === size) ?? page.find(({ name }) => name === 'first');
    const rest = page.filter((one) => one !== sized && this.draw(20) === 0);
    const chosen = others.filter(({ type }) => isNonNullType(type) || this.draw(2) === 0);
    return [...chosen, ...(sized ? [sized] : []), ...rest];
  }

  /**
   * All leaves, and some of what leads further; null = too deep.
   * @param prefix of aliases: two types may have a field of one name that is not of one type
   */
  private selection(type: GraphQLNamedOutputType, depth: number, prefix = ''): string | null {
    if (depth > MAX_DEPTH) return null;
    if (isInterfaceType(type)) {
      const parts = this.some(this.schema.getPossibleTypes(type), MAX_NESTED).map(
        (one) => `... on ${one.name} ${this.selection(one, depth, `${one.name}_`) ?? '{ id }'}`,
      );
      return ` { __typename ${parts.join(' ')} }`;
    }
    if (!isObjectType(type)) return ' { __typename }';
    const fields = Object.values(type.getFields()).filter(
      ({ name }) => !this.without.has(`${type.name}.${name}`),
    );
    const isLeaf = (one: GraphQLField<unknown, unknown>) => isLeafType(getNamedType(one.type));
    const wanted = [
      ...fields.filter(isLeaf),
      ...this.some(
        fields.filter((one) => !isLeaf(one)),
        MAX_NESTED,
      ),
    ];
    const asked = wanted.flatMap((one) => {
      const text = this.field(one, depth);
      return text === null ? [] : [prefix === '' ? text : `${prefix}${one.name}: ${text}`];
    });
    return ` { __typename ${asked.join(' ')} }`;
  }

  private value(type: GraphQLInputType, place: Place): unknown {
    if (isNonNullType(type)) return this.value(type.ofType, place);
    if (isListType(type))
      return Array.from({ length: 1 + this.draw(2) }, () => this.value(type.ofType, place));
    if (isInputObjectType(type)) return this.input(type, place.depth + 1);
    if (isEnumType(type)) return this.one(type.getValues()).name;
    const { owner, name } = place;
    const pool = this.pool[`${owner}.${name}`] ?? this.pool[name] ?? this.pool[type.name];
    if (!pool) throw new Error(`there is nothing to draw ${name} from, which is a ${type.name}`);
    return this.one(pool);
  }

  private input(type: GraphQLInputObjectType, depth: number): unknown {
    const all = Object.values(type.getFields());
    const isFlat = (one: GraphQLInputField) => getNamedType(one.type) !== type;
    const fields = depth > MAX_RULE_DEPTH ? all.filter(isFlat) : all;
    const chosen = type.isOneOf
      ? [this.one(fields)]
      : fields.filter((one) => isRequiredInputField(one) || this.draw(3) === 0);
    return Object.fromEntries(
      chosen.map((one) => [one.name, this.value(one.type, { owner: type.name, name: one.name, depth })]),
    );
  }

  private one<T>(list: readonly T[]): T {
    return list[this.draw(list.length)] as T;
  }

  private some<T>(list: readonly T[], most: number): T[] {
    return [
      ...new Set(Array.from({ length: Math.min(1 + this.draw(most), list.length) }, () => this.one(list))),
    ];
  }
}
