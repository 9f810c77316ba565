import { expectNoErrors, gql } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** Calls one of the mutations of labels' definitions. */
export async function call(tenant: TestServer, verb: string, input: Record<string, unknown>) {
  const [, how = '', what = ''] = /^(define|update|delete)(.*)$/.exec(verb) ?? [];
  const type = `${how.charAt(0).toUpperCase()}${how.slice(1)}${what}Input`;
  const fields = {
    Tag: 'tag { key label }',
    Taxonomy: 'taxonomy { key label schemaKeys isShipped terms { nodes { key label parentKey pathKeys } } }',
    ProfileSchema:
      'profileSchema { key label badge isDefault attributeKeys tagKeys terms { taxonomyKey key } isShipped }',
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
    tags { tag { key } } terms { term { taxonomyKey key } } facets { schema { key } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who, namespace }));
  const { tags, terms, facets } = profileByIdentifier ?? { tags: [], terms: [], facets: [] };
  return [
    ...tags.map(({ tag }: { tag: { key: string } }) => tag.key),
    ...terms.map(
      ({ term }: { term: { taxonomyKey: string; key: string } }) => `${term.taxonomyKey}/${term.key}`,
    ),
    ...facets.map(({ schema }: { schema: { key: string } }) => `(${schema.key})`),
  ];
}
