import { DefinitionSet, withDescription } from '../definitions/index.js';
import type { Definition } from '../definitions/index.js';
import { composedRule } from './value-type.js';
import type { ValueRule, ValueType } from './value-type.js';

/** What a workspace says of one attribute of people. */
export interface AttributeDefinition extends Definition, ValueRule {
  /** Whether a profile without it is incomplete. Items may lack it. */
  isRequired: boolean;
  /** Whether keys without READ_PII see only that there is a value; null = as its name looks. */
  isPersonal: boolean | null;
  isSearchable: boolean;
  isShownInLists: boolean;
  /** Whether everything that is ever said of it is kept. */
  isAudited: boolean;
  /** Keys of the sources that are believed more than others, the best first. */
  sources: readonly string[];
  /** How often a source is expected to send it again, in seconds; null = nothing is expected. */
  expectedEverySeconds: number | null;
}

/** What holds for a new one where nothing was said. */
export const UNSAID: Omit<AttributeDefinition, keyof Definition | 'type'> = {
  allowedValues: null,
  isRequired: false,
  isPersonal: null,
  isSearchable: false,
  isShownInLists: false,
  isAudited: false,
  sources: [],
  expectedEverySeconds: null,
};

/** A definition in which what is not said is as for a new one. */
export function attribute(
  key: string,
  type: ValueType,
  rest: Partial<Omit<AttributeDefinition, 'key' | 'type'>> = {},
): AttributeDefinition {
  return { key, type, label: null, description: null, ...UNSAID, ...rest };
}

const NAME = { isSearchable: true, isShownInLists: true, isPersonal: true };

/** Those that every workspace has from the start. With a dot in its key: of a profile schema. */
export const ATTRIBUTES: readonly AttributeDefinition[] = [
  attribute('firstName', 'TEXT', { label: 'First name', ...NAME }),
  attribute('lastName', 'TEXT', { label: 'Last name', ...NAME }),
  attribute('displayName', 'TEXT', { label: 'Display name', ...NAME }),
  attribute('birthDate', 'DATE', { label: 'Birth date', isPersonal: true }),
  attribute('gender', 'TEXT', { label: 'Gender' }),
  attribute('city', 'TEXT', { label: 'City', isSearchable: true, isShownInLists: true }),
  attribute('country', 'TEXT', { label: 'Country', isSearchable: true, isShownInLists: true }),
  attribute('language', 'TEXT', { label: 'Language' }),
  attribute('dialect', 'TEXT', { label: 'Dialect' }),
  attribute('about', 'TEXT', { label: 'About', isPersonal: true }),
  attribute('loyaltyRegistrationDate', 'DATETIME', { label: 'Loyalty registration date' }),
  attribute('loyaltyStatus', 'TEXT', { label: 'Loyalty status', isShownInLists: true }),
  attribute('bonusBalance', 'NUMBER', { label: 'Bonus balance' }),
  attribute('expiringBonus', 'NUMBER', { label: 'Expiring bonus' }),
  attribute('expiringBonusDate', 'DATETIME', { label: 'Expiring bonus date' }),
  attribute('accountStatus', 'TEXT', { label: 'Account status', isShownInLists: true }),
  attribute('valueBand', 'TEXT', { label: 'Value band', isShownInLists: true }),
  attribute('subscriptionPlan', 'TEXT', { label: 'Subscription plan' }),
  attribute('renewalDate', 'DATETIME', { label: 'Renewal date' }),
  attribute('contractEndDate', 'DATETIME', { label: 'Contract end date' }),
  attribute('member.type', 'TEXT', { label: 'Membership type' }),
  attribute('member.startDate', 'DATETIME', { label: 'Membership start' }),
  attribute('member.expiryDate', 'DATETIME', { label: 'Membership expiry' }),
  attribute('student.school', 'TEXT', { label: 'School' }),
  attribute('student.startDate', 'DATETIME', { label: 'Studies start' }),
  attribute('student.endDate', 'DATETIME', { label: 'Studies end' }),
];

export const attributeDefinitions = new DefinitionSet<AttributeDefinition>({
  kind: 'ATTRIBUTE',
  name: 'attribute',
  shipped: ATTRIBUTES,
  limit: 2_000,
  upgrade: (definition) => withDescription(composedRule(definition)),
});
