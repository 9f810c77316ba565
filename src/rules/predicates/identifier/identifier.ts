import { sql } from 'kysely';
import { IDENTIFIERS } from '../../../identity/index.js';
import { MASK, OnefoldError } from '../../../platform/index.js';
import { firstAhead } from '../../first-ahead.js';
import { invalid } from '../../invalid.js';
import type { PredicateKind } from '../../predicate-kind.js';
import type { RuleContext } from '../../rule-context.js';
import type { RulePath } from '../../rule-path.js';
import type { Sql } from '../../sql.js';
import { maskingEach, seenList } from '../../seen-list.js';
import { IdentifierRuleInput } from './identifier-rule.type.js';

interface IdentifierInput {
  namespace?: unknown;
  value?: unknown;
  isVerified?: unknown;
}

/** Whether the person has an identifier of a namespace, of which all that is asked is true. */
export const identifier: PredicateKind = {
  field: 'identifier',
  input: { type: IdentifierRuleInput, description: 'An identifier of the person.' },
  parse(input, path, context) {
    const { namespace, value, isVerified } = input as IdentifierInput;
    if (typeof namespace !== 'string')
      throw invalid([...path, 'namespace'], 'The key of a namespace is expected here.');
    const ofNamespace = sql`i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = ${namespace}::text`;
    const conditions: Sql[] = [ofNamespace];
    const wanted = typeof value === 'string' ? value : null;
    const canonical = within(path, () => (context.canonical ? context.canonical(namespace, wanted) : wanted));
    if (canonical !== null) conditions.push(sql`i.value = ${canonical}::text`);
    const isMasked = context.isMasked && isPersonal(input, context);
    if (typeof isVerified === 'boolean')
      conditions.push(sql`(i.validated_at is not null) = ${isVerified}::boolean`);
    return {
      compile: () => sql`exists (select from identifier i where ${sql.join(conditions, sql` and `)})`,
      nextChange: () => null,
      begins: () => (typeof isVerified === 'boolean' ? verificationBegins(namespace, canonical) : null),
      dependsOn: () => [IDENTIFIERS],
      seen: {
        value: () => seenList(sql`select i.value as one from identifier i where ${ofNamespace}`),
        privacy: maskingEach(),
      },
      personal: isPersonal(input, context) ? [...path, wanted === null ? 'namespace' : 'value'] : undefined,
      describe: () =>
        [
          `have an identifier of the namespace ${namespace}`,
          ...(canonical === null ? [] : [`that is ${isMasked ? MASK : `"${canonical}"`}`]),
          ...(typeof isVerified === 'boolean'
            ? [isVerified ? 'that is verified' : 'that is not verified']
            : []),
        ].join(' '),
    };
  },
  mask: (input: IdentifierInput, context) =>
    input.value !== undefined && isPersonal(input, context) ? { ...input, value: MASK } : input,
};

/** Every comparison with a value is; that there is one of a namespace says something only of contact data. */
function isPersonal(input: unknown, { personal }: RuleContext): boolean {
  const { namespace, value } = input as IdentifierInput;
  return personal !== undefined && (typeof value === 'string' || personal.namespace(String(namespace)));
}

/** When an identifier begins to count as verified, if an item dates its verification ahead. @param value null = any */
function verificationBegins(namespace: string, value: string | null): Sql {
  const identifier = { namespace, ...(value !== null && { value }) };
  return firstAhead(sql`a.facts -> 'verifications' @> ${JSON.stringify([{ identifier }])}::jsonb`);
}

function within<T>(path: RulePath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError(error.code, { message: error.message, path: [...path, ...error.inputPath] });
  }
}
