import { personalForbidden } from '../access/index.js';
import { checkJson, OnefoldError, Refusals } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import {
  checkNesting,
  parseRule,
  personalIn,
  readNames,
  ruleContextFor,
  segmentsIn,
  withQuotings,
} from '../rules/index.js';
import type { Rule, RuleContext } from '../rules/index.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** The JSON of a rule nests more than twice as deep as the rule. */
const MAX_JSON_DEPTH = 100;

interface Checking {
  /** The segment that the rule is for, if it exists already: it must not come to depend on itself. */
  forKey?: string;
  /** The argument that the rule is in; default `rule`. */
  path?: string;
  /** Whether the rule may use personal values: its matches, and even their number, reveal them. */
  seesPersonal: boolean;
}

/** A rule that has been read. */
export interface CheckedRule {
  rule: Rule;
  /** The rule as it is kept: with the quotation marks that its paths need. */
  json: unknown;
  /** The unknown names that it asks for, which fit nobody; with paths from the argument inwards. */
  warnings: readonly OnefoldError[];
}

/**
 * Reads a rule against the segments and the names there are.
 * @throws OnefoldError FORBIDDEN, RULE_INVALID, RULE_TOO_LARGE, SEGMENT_UNKNOWN, SEGMENT_CYCLE, with the path from the argument inwards
 */
export async function checkRule(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
  { forKey, path = 'rule', seesPersonal }: Checking,
): Promise<CheckedRule> {
  const { read: rule, names } = await within(path, () => {
    checkNesting(json);
    checkJsonOfRule(json);
    return readNames(tx, catalogue.vocabulary, (names) =>
      parseRule(json, { ...contextWithSegments(catalogue, seesPersonal), names }),
    );
  });
  const personal = seesPersonal ? undefined : personalIn(rule);
  if (personal) throw personalForbidden([path, ...personal]);
  const ways = forKey ? segmentsIn(rule).filter((key) => leadsTo(catalogue, key, forKey)) : [];
  if (ways.length > 0) {
    throw new OnefoldError('SEGMENT_CYCLE', {
      path: [path],
      message: `The segment would depend on itself through "${ways.join('", "')}". Remove that reference.`,
    });
  }
  return {
    rule,
    json: withQuotings(json, names.quotings),
    warnings: names.faults.map((fault) => inField(path, fault)),
  };
}

/**
 * As `checkRule`, for a rule that is to be saved. What is stored must be readable as it will be read: a rule that is not
 * would stop every batch of the workspace.
 * @throws Refusals also of names that there are not, unless they are allowed
 */
export async function checkSavedRule(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
  { allowUndefined, ...rest }: Checking & { allowUndefined: boolean },
): Promise<CheckedRule> {
  const checked = await checkRule(tx, catalogue, json, rest);
  if (!allowUndefined && checked.warnings.length > 0) throw new Refusals(checked.warnings);
  await within(rest.path ?? 'rule', () => parseRule(checked.json, catalogue.masked));
  return checked;
}

/** A rule as it was saved, with the quotation marks that it would be saved with now. It is not refused. */
export async function quotedNow(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
): Promise<unknown> {
  const { names } = await readNames(tx, catalogue.vocabulary, (known) =>
    parseRule(json, { ...catalogue.masked, names: known }),
  );
  return withQuotings(json, names.quotings);
}

/** Keys of the segments whose rule refers to this one, directly or through others. */
export function dependentsOf(catalogue: SegmentCatalogue, key: string): string[] {
  return [...catalogue.byKey.keys()].filter((other) => other !== key && leadsTo(catalogue, other, key));
}

function leadsTo(catalogue: SegmentCatalogue, from: string, target: string): boolean {
  return (
    from === target ||
    (catalogue.byKey.get(from)?.uses.some((key) => leadsTo(catalogue, key, target)) ?? false)
  );
}

/** What may be looked up while a new rule is read, or one that is saved is reviewed. */
export function contextWithSegments(
  { vocabulary, byKey, masked }: SegmentCatalogue,
  seesPersonal: boolean,
  reading: 'NEW' | 'REVIEWED' = 'NEW',
): RuleContext {
  return ruleContextFor(vocabulary, reading, {
    segmentRule: (key) => {
      const live = byKey.get(key);
      return live && (seesPersonal ? live.rule : masked.of(key));
    },
    segmentMark: masked.segmentMark,
    keys: () => byKey.keys(),
  });
}

/** @throws OnefoldError RULE_INVALID with the path of what cannot be kept */
function checkJsonOfRule(json: unknown): void {
  try {
    checkJson(json, [], MAX_JSON_DEPTH);
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError('RULE_INVALID', { path: error.inputPath, message: error.message });
  }
}

/** Puts the field in front of the paths of refusals. */
export async function within<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OnefoldError ? inField(field, error) : error;
  }
}

function inField(field: string, error: OnefoldError): OnefoldError {
  const path = [field, ...error.inputPath];
  return new OnefoldError(error.code, { message: error.message, path, extensions: error.extensions });
}
