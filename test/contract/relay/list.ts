import { expectNoErrors, gql } from '../../kit/index.js';
import type { Answer, TestServer } from '../../kit/index.js';
import type { Recipe } from './connections.js';
import type { World } from './world.js';

export interface Page {
  edges: { cursor: string; node: object }[];
  nodes: object[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** What a list is asked; `undefined` = not given. */
export interface Paging {
  first?: unknown;
  after?: unknown;
  last?: unknown;
  before?: unknown;
}

/** One list of the schema in one workspace, as a client pages through it. */
export class List {
  constructor(
    private readonly server: TestServer,
    private readonly recipe: Recipe & { name: string; canPageBack: boolean },
    readonly world: World,
    private readonly choice: { double?: boolean; args?: string } = {},
  ) {}

  get name(): string {
    return this.recipe.name;
  }

  get canPageBack(): boolean {
    return this.recipe.canPageBack;
  }

  get family(): Recipe['family'] {
    return this.recipe.family;
  }

  /** The lists that differ from this one in the parent, or in one argument. */
  siblings(): List[] {
    const { recipe, server, world } = this;
    return [
      ...(recipe.under ? [new List(server, recipe, world, { double: true })] : []),
      ...(recipe.otherArgs ?? []).map((args) => new List(server, recipe, world, { args })),
    ];
  }

  in(world: World): List {
    return new List(this.server, this.recipe, world, this.choice);
  }

  ask(paging: Paging): Promise<Answer> {
    const types = {
      first: 'Int',
      after: 'String',
      ...(this.canPageBack && { last: 'Int', before: 'String' }),
    };
    const names = Object.keys(types);
    const { item, under, args: usual = '' } = this.recipe;
    const { args = usual, double = false } = this.choice;
    const passed = [args, ...names.map((name) => `${name}: $${name}`)].filter(Boolean).join(', ');
    const field = `list: ${this.name.split('.')[1]}(${passed}) {
      edges { cursor node { ${item} } } nodes { ${item} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    const body = under ? under(this.world, double, field) : field;
    const declared = Object.entries(types).map(([name, type]) => `$${name}: ${type}`);
    const query = `query (${declared.join(', ')}) { ${under ? `parent: ${body}` : body} }`;
    return gql(this.server, query, paging as Record<string, unknown>, { key: this.world.key });
  }

  async page(paging: Paging): Promise<Page> {
    const data = expectNoErrors(await this.ask(paging));
    const holder = data.parent ?? data;
    const page = (holder.term ?? holder).list as Page;
    expect(page.nodes).toEqual(page.edges.map(({ node }) => node));
    return page;
  }

  /** @returns what it holds, in order, by walking it in pages of `size`; `between` runs between two pages */
  async walk(
    direction: 'forward' | 'backward',
    size: number,
    between: () => Promise<void> = async () => undefined,
  ): Promise<object[]> {
    const seen: object[] = [];
    for (let cursor: string | null = null, more = true; more;) {
      const isForward = direction === 'forward';
      const page: Page = await this.page(
        isForward ? { first: size, after: cursor } : { last: size, before: cursor },
      );
      expect(page.edges.length).toBeLessThanOrEqual(size);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
      expect(isForward ? hasPreviousPage : hasNextPage).toBe(cursor !== null);
      if (isForward) seen.push(...page.nodes);
      else seen.unshift(...page.nodes);
      more = isForward ? hasNextPage : hasPreviousPage;
      cursor = isForward ? endCursor : startCursor;
      if (more) await between();
    }
    return seen;
  }
}
