import { Field, ID, InterfaceType } from 'type-graphql';
import { publicId } from '../ids.js';

@InterfaceType({
  description:
    'An object that can be fetched again by its id (https://relay.dev/graphql/objectidentification.htm).',
  resolveType: (value: Node) => value.typeName,
  autoRegisterImplementations: false,
})
export abstract class Node {
  abstract readonly typeName: string;

  constructor(
    private readonly prefix: string,
    readonly uuid: string,
  ) {}

  /** Made when it is asked for: many are not. */
  @Field(() => ID, { description: 'A TypeID: its prefix names the kind of object.' })
  get id(): string {
    return publicId(this.prefix, this.uuid);
  }
}

/** Finds, in the order of `uuids`, what the viewer may see; null for the rest. */
export type NodeFinder<Context> = (context: Context, uuids: readonly string[]) => Promise<(Node | null)[]>;

/** Which feature finds the nodes of which id prefix. */
export type NodeFinders<Context> = Readonly<Record<string, NodeFinder<Context>>>;
