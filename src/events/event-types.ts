import { DefinitionSet, withDescription } from '../definitions/index.js';
import type { Definition } from '../definitions/index.js';
import { canonicalKey } from '../platform/index.js';
import { composedRule } from '../profiles/index.js';
import type { ValueRule, ValueType } from '../profiles/index.js';

/** What a contract says of one property. */
export interface PropertyDefinition extends ValueRule {
  key: string;
  label: string | null;
  description: string | null;
  isRequired: boolean;
  isUsableInSegments: boolean;
  /** Whether keys without READ_PII see only that there is a value; null or absent = as its name looks. */
  isPersonal?: boolean | null;
  /** Of an amount of money: the property of the same event that names its currency. Null or absent = no amount. */
  currencyKey?: string | null;
}

/** The contract of one type of event. */
export interface EventTypeDefinition extends Definition {
  /** From 1; one more with every change of the properties. */
  version: number;
  properties: readonly PropertyDefinition[];
}

/** Optional, of any value of its type, unless `rest` says otherwise. */
export function property(
  key: string,
  type: ValueType,
  rest: Partial<Omit<PropertyDefinition, 'key' | 'type'>> = {},
): PropertyDefinition {
  return {
    key,
    type,
    label: null,
    description: null,
    isRequired: false,
    allowedValues: null,
    isUsableInSegments: true,
    isPersonal: null,
    currencyKey: null,
    ...rest,
  };
}

/** Money, in the currency that the property `currency` names. */
const AMOUNT = 'AMOUNT';

function shipped(
  key: string,
  description: string,
  properties: Readonly<Record<string, ValueType | typeof AMOUNT>>,
  others: readonly PropertyDefinition[] = [],
): EventTypeDefinition {
  const plain = Object.entries(properties).map(([name, type]) =>
    type === AMOUNT
      ? property(name, 'NUMBER', { isPersonal: false, currencyKey: 'currency' })
      : property(name, type, { isPersonal: false }),
  );
  return { key, label: null, description, version: 1, properties: [...plain, ...others] };
}

/** What an interaction was about, and in which mood. */
const THEME = { theme: 'TEXT', subTheme: 'TEXT' } as const;
const SENTIMENT = property('sentiment', 'TEXT', { allowedValues: ['negative', 'neutral', 'positive'] });
/** What people write of themselves. */
const COMMENT = property('comment', 'TEXT', { isPersonal: true });
const ANSWERS = property('answers', 'JSON', { isPersonal: true });

/**
 * The types that every workspace has from the start. Every property is optional, and identifiers of other systems are
 * of any type: senders differ. To require more, define the type again.
 */
export const EVENT_TYPES: readonly EventTypeDefinition[] = [
  shipped('purchase', 'Something was bought.', {
    orderId: 'JSON',
    total: AMOUNT,
    currency: 'TEXT',
    items: 'JSON',
    channel: 'TEXT',
    coupon: 'TEXT',
    discount: AMOUNT,
    shipping: AMOUNT,
    tax: AMOUNT,
  }),
  shipped('refund', 'Money for a purchase was given back.', {
    orderId: 'JSON',
    total: AMOUNT,
    currency: 'TEXT',
    reason: 'TEXT',
  }),
  shipped('page_view', 'A page was looked at.', {
    page: 'TEXT',
    url: 'TEXT',
    title: 'TEXT',
    referrer: 'TEXT',
    seconds: 'NUMBER',
  }),
  shipped('product_view', 'A product was looked at.', {
    product: 'JSON',
    productId: 'JSON',
    name: 'TEXT',
    category: 'TEXT',
    price: AMOUNT,
    currency: 'TEXT',
  }),
  shipped('tier_changed', 'A customer came to another tier of a loyalty programme.', {
    tier: 'TEXT',
    previousTier: 'TEXT',
    reason: 'TEXT',
  }),
  shipped(
    'service_contact',
    'A customer asked for help, or was called.',
    { channel: 'TEXT', topic: 'TEXT', ...THEME, reference: 'JSON', resolved: 'BOOLEAN' },
    [SENTIMENT],
  ),
  shipped(
    'engagement',
    'A person took up something that was sent or shown to them.',
    { channel: 'TEXT', action: 'TEXT', campaign: 'TEXT', ...THEME },
    [SENTIMENT],
  ),
  shipped('survey_response', 'A person answered a survey.', { survey: 'TEXT', score: 'NUMBER', ...THEME }, [
    SENTIMENT,
    COMMENT,
    ANSWERS,
  ]),
  shipped('subscription_changed', 'A subscription began, changed or ended.', {
    plan: 'TEXT',
    previousPlan: 'TEXT',
    status: 'TEXT',
    renewalDate: 'DATETIME',
    price: AMOUNT,
    currency: 'TEXT',
    reason: 'TEXT',
  }),
  shipped('login', 'A person signed in.', { method: 'TEXT', channel: 'TEXT', successful: 'BOOLEAN' }),
];

export const eventTypes = new DefinitionSet<EventTypeDefinition>({
  kind: 'EVENT_TYPE',
  name: 'event type',
  shipped: EVENT_TYPES,
  limit: 1_000,
  upgrade: (definition) => ({ ...definition, properties: propertiesInOneSpelling(definition) }),
});

/** As events have them. Of several that come to be one, the one that was spelled so stands, or else the first. */
function propertiesInOneSpelling({ properties }: EventTypeDefinition): readonly PropertyDefinition[] {
  const spelled = new Map<string, PropertyDefinition>();
  for (const one of properties) {
    const key = canonicalKey(one.key);
    if (spelled.has(key) && one.key !== key) continue;
    const currencyKey = one.currencyKey == null ? null : canonicalKey(one.currencyKey);
    spelled.set(key, withDescription(composedRule({ ...one, key, currencyKey })));
  }
  return [...spelled.values()];
}
