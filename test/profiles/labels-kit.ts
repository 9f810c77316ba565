import { expectNoErrors, gql } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** Calls one of the mutations of labels' definitions. */
export async function call(tenant: TestServer, verb: string, input: Record<string, unknown>) {
  const [, how = '', what = ''] = /^(define|update|delete)(.*)$/.exec(verb) ?? [];
  const type =
    how === 'delete'
      ? 'DeleteLabelInput'
      : what === 'Tag'
        ? 'TagDefinitionInput'
        : `${how === 'define' ? 'Define' : 'Update'}${what}Input`;
  const fields = {
    Tag: 'tag { key label }',
    Taxonomy: 'taxonomy { key label schemas shipped terms { key label parent path } }',
    ProfileSchema: 'schema { key label badge isDefault attributes tags terms { taxonomy term } shipped }',
  }[what];
  const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${fields} userErrors { code path message } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[verb];
}

export async function define(
  tenant: TestServer,
  verb: string,
  input: Record<string, unknown>,
): Promise<void> {
  expect((await call(tenant, verb, input)).userErrors).toEqual([]);
}

/** What a person is labelled with: `vip`, `themes/delivery.late`, `(member)`. */
export async function labelsOf(tenant: TestServer, who: string, namespace = 'external'): Promise<string[]> {
  const query = `query ($who: String!, $namespace: String!) { profileByIdentifier(namespace: $namespace, value: $who) {
    tags { tag { key } } terms { term { taxonomy key } } facets { schema { key } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who, namespace }));
  const { tags, terms, facets } = profileByIdentifier ?? { tags: [], terms: [], facets: [] };
  return [
    ...tags.map(({ tag }: { tag: { key: string } }) => tag.key),
    ...terms.map(({ term }: { term: { taxonomy: string; key: string } }) => `${term.taxonomy}/${term.key}`),
    ...facets.map(({ schema }: { schema: { key: string } }) => `(${schema.key})`),
  ];
}
