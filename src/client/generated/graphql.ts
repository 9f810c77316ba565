/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A figure over one property of events. */
export type AggregateFunction =
  /** The mean of its numbers. Missing when there are none. */
  | 'AVERAGE'
  /** How many events there are. Takes no property. */
  | 'COUNT'
  /** How many different values it has, from 0. */
  | 'DISTINCT'
  /** Its different values, in order: the first 100. Missing when there are none. */
  | 'DISTINCT_LIST'
  /** Its value in the earliest event that has one. */
  | 'FIRST'
  /** When the earliest event happened (that has the property, if one is given). */
  | 'FIRST_AT'
  /** Its value in the latest event that has one. */
  | 'LAST'
  /** When the latest event happened (that has the property, if one is given). */
  | 'LAST_AT'
  /** The largest of its numbers. Missing when there are none. */
  | 'MAXIMUM'
  /** The smallest of its numbers. Missing when there are none. */
  | 'MINIMUM'
  /** Its most frequent value. If several are equally frequent, the first of them in order. */
  | 'MOST_FREQUENT'
  /** The sum of its numbers, exactly. Missing when there are none. */
  | 'SUM'
  /** The sum of the amounts of money in each currency, exactly: an object such as `{ "EUR": 49.99, "JPY": 10000 }`. Missing when there are none. */
  | 'SUM_BY_CURRENCY';

/** A question about a figure over one property of the events that count. */
export type AggregateRuleInput = {
  /** For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count. An ISO 4217 code, or `WORKSPACE` for the currency of the workspace. Absent = `WORKSPACE` if the event type declares the property as an amount of money; otherwise all numbers count. */
  currency?: string | null | undefined;
  /** The figure. */
  function: AggregateFunction;
  /** How the figure must compare. */
  is: ComparisonInput;
  /** The path of the property. Dots lead into objects: `product.price`. Only COUNT, FIRST_AT and LAST_AT need none. */
  path?: string | null | undefined;
};

/** A channel of the person, with their consents. Absent fields are not changed. */
export type ChannelInput = {
  /** The consents on this channel; at most 20. */
  consents?: Array<ConsentInput> | null | undefined;
  /** The address, number or token, in any spelling; at most 500 characters. */
  endpoint: string;
  /** Whether it is in use from `occurredAt` on. A channel is in use unless a source says otherwise. */
  isActive?: boolean | null | undefined;
  /** Whether messages to it arrive, from `occurredAt` on. */
  isReachable?: boolean | null | undefined;
  /** The endpoint that this one replaces, of the same type. It is inactive from `occurredAt` on. */
  replaces?: string | null | undefined;
  /** The type of the channel. */
  type: ChannelType;
  /** Records that it was verified as the person’s own. */
  verified?: VerifiedInput | null | undefined;
};

/** Whether the person has an active channel that meets all of these conditions. */
export type ChannelRuleInput = {
  /** The current state of consent for the purpose. Evaluated continuously, so people enter and leave as consent expires. */
  consent?: ConsentState | null | undefined;
  /** `true`: no source has reported a delivery failure (including unknown). `false`: one has. Absent = either. */
  isReachable?: boolean | null | undefined;
  /** Whether the channel was verified as the person’s own. Absent = either. */
  isVerified?: boolean | null | undefined;
  /** The key of the purpose of the consent; default: `marketing`. */
  purpose?: string | null | undefined;
  /** The type of the channel. */
  type: ChannelType;
};

/** The type of a channel. */
export type ChannelType =
  /** Its endpoint is an e-mail address. */
  | 'EMAIL'
  /** Its endpoint is an account in an app or on a site. */
  | 'IN_APP'
  /** Its endpoint is a phone number with its country code, for calls. */
  | 'PHONE'
  /** Its endpoint is an address, in one line. */
  | 'POSTAL'
  /** Its endpoint is the token of an installed app. */
  | 'PUSH'
  /** Its endpoint is a phone number with its country code. */
  | 'SMS'
  /** Its endpoint is a name or the id of a chat. */
  | 'TELEGRAM'
  /** Its endpoint is a subscription of a browser. */
  | 'WEB_PUSH'
  /** Its endpoint is a phone number with its country code. */
  | 'WHATSAPP';

/** How a value is compared: exactly one field. A missing value matches only `notEquals`, `notIn`, `hasNone` and `exists: false`. Dates and instants in ISO 8601 are compared as such, in any spelling. A date compared with an instant means the start of that day in the time zone of the workspace. Other texts are compared as written, by code point. */
export type ComparisonInput =
  {   /** The anniversary is today, or begins at most this far ahead: birthdays, renewals. In years without 29 February, 28 February counts instead. For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone. */
  anniversaryWithinNext: DurationInput; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never;   /** Within a range, including its ends. */
  between: RangeInput; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never;   /** A text that contains this. Capitals matter. */
  contains: string; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never;   /** A text that ends with this. Capitals matter. */
  endsWith: string; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never;   /** Equal to this value. */
  equals: unknown; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never;   /** `true`: there is a value. `false`: there is none. */
  exists: boolean; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never;   /** Greater than this number; after this date, instant or text. */
  gt: unknown; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never;   /** At least this number; this date, instant or text, or after it. */
  gte: unknown; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never;   /** A list with all of these values: at most 1,000. */
  hasAll: Array<unknown>; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never;   /** A list with at least one of these values: at most 1,000. */
  hasAny: Array<unknown>; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never;   /** A list with none of these values, or missing: at most 1,000. */
  hasNone: Array<unknown>; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never;   /** One of these values: at most 1,000. */
  in: Array<unknown>; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never;   /** Less than this number; before this date, instant or text. */
  lt: unknown; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never;   /** At most this number; this date, instant or text, or before it. */
  lte: unknown; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never;   /** This long ago or longer. For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone. */
  moreThanAgo: DurationInput; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never;   /** Further ahead than this. For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone. */
  moreThanAhead: DurationInput; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never;   /** Another value than this, or missing. */
  notEquals: unknown; notIn?: never; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never;   /** None of these values, or missing: at most 1,000. */
  notIn: Array<unknown>; startsWith?: never; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never;   /** A text that starts with this. Capitals matter. */
  startsWith: string; withinLast?: never; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never;   /** At most now, and less than this long ago. For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone. */
  withinLast: DurationInput; withinNext?: never; }
  |  { anniversaryWithinNext?: never; between?: never; contains?: never; endsWith?: never; equals?: never; exists?: never; gt?: never; gte?: never; hasAll?: never; hasAny?: never; hasNone?: never; in?: never; lt?: never; lte?: never; moreThanAgo?: never; moreThanAhead?: never; notEquals?: never; notIn?: never; startsWith?: never; withinLast?: never;   /** Later than now, and at most this far ahead. For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone. */
  withinNext: DurationInput; };

/** What a person said about being contacted on a channel for a purpose. It is added to the consent ledger. */
export type ConsentInput = {
  /** When the person said so; at most 24 hours ahead. Default: the `occurredAt` of the item. A grant with neither this nor evidence lifts no refusal, unless its item has an event and an `occurredAt`. */
  at?: string | null | undefined;
  /** The evidence, such as a form, a recording or where it is kept; at most 10,000 characters of JSON. An undated grant lifts a refusal only with evidence that no older entry has. */
  evidence?: unknown;
  /** When it stops being valid; absent = never. */
  expiresAt?: string | null | undefined;
  /** The legal basis. */
  legalBasis?: LegalBasis | null | undefined;
  /** The key of a purpose; default: `marketing`. */
  purpose?: string | null | undefined;
  /** What the person said. */
  state: ConsentState;
};

/** What a person said about being contacted for a purpose. */
export type ConsentState =
  /** The person refused. */
  | 'DENIED'
  /** The person agreed. */
  | 'GRANTED'
  /** The person was asked and has not confirmed yet: the first half of a double opt-in. */
  | 'PENDING'
  /** The person withdrew what had been granted. */
  | 'REVOKED'
  /** Nothing valid is known. */
  | 'UNKNOWN';

/** A number of events, from 0 to 1,000,000: exactly one field. */
export type CountInput =
  {   /** This many or more. */
  atLeast: number; atMost?: never; exactly?: never; }
  |  { atLeast?: never;   /** This many or fewer, including none. */
  atMost: number; exactly?: never; }
  |  { atLeast?: never; atMost?: never;   /** Exactly this many. */
  exactly: number; };

/** A new segment. */
export type CreateSegmentInput = {
  /** Whether the rules may use names that are neither defined nor sent by a source so far (attributes, event types, properties), or values of another type than those sent so far. By default they are refused, because most are typing errors. The summary marks such names. */
  allowUndefined?: boolean;
  /** What the segment is for: at most 2,000 characters. */
  description?: string | null | undefined;
  /** A rule for leaving. Members stay until they match it, even when they no longer match `rule`. Absent = members leave when they no longer match `rule`. */
  exitRule?: RuleInput | null | undefined;
  /** When it is archived by itself. Absent = never. */
  expiresAt?: string | null | undefined;
  /** The name by which rules and programs refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100 characters. It cannot be changed. */
  key: string;
  /** The display name: at most 200 characters. */
  name: string;
  /** The rule: everybody who matches it belongs to the segment. */
  rule: RuleInput;
  /** LIVE, or DRAFT for a segment that nobody belongs to yet. */
  targetState?: SegmentTargetState;
};

/** A length of time: the sum of its parts, more than 0 and at most 100 years. A day has 24 hours. */
export type DurationInput = {
  /** Days of 24 hours, from 0. */
  days?: number | null | undefined;
  /** Hours, from 0. */
  hours?: number | null | undefined;
  /** Minutes, from 0. */
  minutes?: number | null | undefined;
};

/** How often an event happened to a person. */
export type EventRuleInput = {
  /** A figure over the events that count, and how it must compare. */
  aggregate?: AggregateRuleInput | null | undefined;
  /** How many events must count. Default: at least 1, or any number with an aggregate. */
  count?: CountInput | null | undefined;
  /** Counts only events that this event followed within the given time. At most 5 events in a row. */
  followedBy?: FollowingEventInput | null | undefined;
  /** Only events at or after this instant. */
  from?: string | null | undefined;
  /** Counts events with no such event within the given time, for example abandoned carts. An event counts once that time has passed. */
  notFollowedBy?: FollowingEventInput | null | undefined;
  /** Only events before this instant. */
  to?: string | null | undefined;
  /** The key of the type of the events that count. */
  type: string;
  /** Conditions that an event must all meet to count: at most 20. */
  where?: Array<PropertyRuleInput> | null | undefined;
  /** Only events that happened less than this long ago. Evaluated continuously, so people enter and leave as time passes. */
  withinLast?: DurationInput | null | undefined;
};

/** Whether the person has a facet of a profile schema: adopted, or given by default and not dropped. */
export type FacetRuleInput = {
  /** The key of the profile schema. */
  schema: string;
};

/** An event that follows another: at the same instant or later, by at most `within`. No event follows itself. */
export type FollowingEventInput = {
  /** An event that must follow it in turn. */
  followedBy?: FollowingEventInput | null | undefined;
  /** An event that must not follow it in turn. */
  notFollowedBy?: FollowingEventInput | null | undefined;
  /** The key of the type of the event that follows. */
  type: string;
  /** Conditions that it must all meet: at most 20. */
  where?: Array<PropertyRuleInput> | null | undefined;
  /** How long after the previous event it may come, at most. */
  within: DurationInput;
};

/** An identifier of the person that an item is about. */
export type IdentifierInput = {
  /** The key of a namespace: `external` (an id in your system), `email`, `phone`, `device`, or one of `identifierNamespaces`. */
  namespace: string;
  /** The value, in any spelling: it is normalized as its namespace says. At most 256 characters. */
  value: string;
  /** Records that it was verified as the person’s own. `by` is one of the names of `VerificationMethod`, in any case. The latest verification wins. */
  verified?: VerifiedInput | null | undefined;
};

/** Whether the person has an identifier that meets all of these conditions. */
export type IdentifierRuleInput = {
  /** Whether the identifier was verified as the person’s own. Absent = either. */
  isVerified?: boolean | null | undefined;
  /** The key of its namespace, such as `email`. */
  namespace: string;
  /** Its value, in any spelling. Absent = any value of the namespace. */
  value?: string | null | undefined;
};

/** A batch of items. */
export type IngestInput = {
  /** At most 1,000 items, and 5 MB in all. Each item has its own answer. */
  items: Array<IngestItemInput>;
};

/** One fact about a person: an event, what is known about them, or both. */
export type IngestItemInput = {
  /** Attributes of the person from `occurredAt` on: an object of at most 200 values. An explicit null removes the value. */
  attributes?: unknown;
  /** The channels of the person, with their consents: at most 20. */
  channels?: Array<ChannelInput> | null | undefined;
  /** The country of phone numbers without a country code: two letters of ISO 3166-1, such as `NL`. Default: the attribute `country` of the item if that is such a code, else the `defaultCountry` of the source. */
  defaultCountry?: string | null | undefined;
  /** Your id for this item, unique within the source of your API key. Sending the same item again under the same id changes nothing. At most 256 characters. */
  externalId: string;
  /** The identifiers of the person: 1 to 20. */
  identifiers: Array<IdentifierInput>;
  /** When it happened, at most 24 hours ahead. Default: when it was received. */
  occurredAt?: string | null | undefined;
  /** The properties of the event: an object. */
  properties?: unknown;
  /** Tags, terms of taxonomies, and facets of the person. */
  tags?: TagsInput | null | undefined;
  /** The type of the event, such as `purchase`, at most 100 characters. Absent = the item has no event. */
  type?: string | null | undefined;
};

/** The outcome of one item. */
export type IngestStatus =
  /** Stored and applied. Profile, segments and change log show it already. */
  | 'ACCEPTED'
  /** Its externalId was accepted before with another body. Nothing was changed. */
  | 'CONFLICT'
  /** The same item was accepted before. Nothing was changed. */
  | 'DUPLICATE'
  /** Not applied; `errors` says why. It is kept in quarantine, and can be sent again once it is fixed. */
  | 'REJECTED';

/** A legal basis for contacting somebody, as in article 6 of the GDPR. */
export type LegalBasis =
  /** The person consented. */
  | 'CONSENT'
  /** It is necessary for a contract with the person. */
  | 'CONTRACT'
  /** A law requires it. */
  | 'LEGAL_OBLIGATION'
  /** A legitimate interest outweighs those of the person. */
  | 'LEGITIMATE_INTEREST'
  /** It is necessary for a task in the public interest. */
  | 'PUBLIC_TASK'
  /** It protects somebody’s life. */
  | 'VITAL_INTERESTS';

/** A question about one property of an event. */
export type PropertyRuleInput = {
  /** How the value must compare. */
  is: ComparisonInput;
  /** The path of the property. Dots lead into objects: `product.price`. */
  path: string;
};

/** A range that includes both ends: two numbers or two texts. Dates and instants are texts in ISO 8601. */
export type RangeInput = {
  /** The smallest value that matches. */
  from: unknown;
  /** The largest value that matches. */
  to: unknown;
};

/** A yes-or-no question about a person: exactly one field. A rule has at most 200 nodes, including those of the segments that it refers to. */
export type RuleInput =
  {   /** Every one of these rules must match. An empty list matches everybody. */
  all: Array<RuleInput>; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never;   /** At least one of these rules must match. An empty list matches nobody. */
  any: Array<RuleInput>; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never;   /** An attribute of the person. */
  attribute: ValueRuleInput; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never;   /** A channel of the person, and consent. */
  channel: ChannelRuleInput; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never;   /** A derived attribute: a figure over what the person did. */
  derived: ValueRuleInput; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never;   /** What the person did. */
  event: EventRuleInput; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never;   /** A facet of the person. */
  facet: FacetRuleInput; identifier?: never; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never;   /** An identifier of the person. */
  identifier: IdentifierRuleInput; not?: never; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never;   /** This rule must not match. */
  not: RuleInput; segment?: never; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never;   /** Matches people who satisfy that segment's current rule, even if that segment is a draft, paused or archived. */
  segment: SegmentRuleInput; tag?: never; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never;   /** A tag of the person. */
  tag: TagRuleInput; term?: never; }
  |  { all?: never; any?: never; attribute?: never; channel?: never; derived?: never; event?: never; facet?: never; identifier?: never; not?: never; segment?: never; tag?: never;   /** A term of the person. */
  term: TermRuleInput; };

/** What an API key may do. Each stands alone: ADMIN does not include the others. */
export type Scope =
  /** Manage sources and API keys. */
  | 'ADMIN'
  /** Export audiences. */
  | 'EXPORT'
  /** Send items. */
  | 'INGEST'
  /** Change definitions and segments, merge profiles. */
  | 'MANAGE'
  /** Read profiles, events, segments. */
  | 'READ'
  /** See and compare personal values: identifiers, channels, names, and what definitions say is personal. Without it they are `***`. */
  | 'READ_PII'
  /** Listen to changes. */
  | 'SUBSCRIBE';

/** Why somebody entered or left a segment. */
export type SegmentChangeCause =
  /** The rule is new or has changed, or the segment was deleted, archived or made a draft. */
  | 'BUILD'
  /** The person was erased. */
  | 'ERASURE'
  /** An item about the person was accepted. */
  | 'INGEST'
  /** Two profiles proved to be one person. */
  | 'MERGE'
  /** Time passed. */
  | 'TIME'
  /** A merge was undone. */
  | 'UNMERGE';

/** Whether somebody entered or left. */
export type SegmentChangeKind =
  /** The person belongs to the segment from now on. */
  | 'ENTERED'
  /** The person no longer belongs to the segment. */
  | 'EXITED';

/** Whether the person matches another segment. */
export type SegmentRuleInput = {
  /** The key of the other segment. */
  key: string;
};

/** The state that a segment is in: how far its membership can be relied on. */
export type SegmentState =
  /** No longer maintained, or deleted: everybody has left, or is about to. */
  | 'ARCHIVED'
  /** The rule is new or changed, and is being evaluated for everybody. Membership is already exact for people about whom items arrive. */
  | 'BUILDING'
  /** Not maintained yet: nobody belongs to it. */
  | 'DRAFT'
  /** The build was given up. `failure` says why; `retryRun` continues it. */
  | 'FAILED'
  /** Membership is exact. */
  | 'LIVE'
  /** Not maintained at present: membership stays as it was. */
  | 'PAUSED';

/** The state that somebody wants a segment to be in. `SegmentState` says what it is in. */
export type SegmentTargetState =
  /** Everybody leaves. The definition and its history stay. */
  | 'ARCHIVED'
  /** Nobody belongs to it. */
  | 'DRAFT'
  /** Everybody who matches the rule belongs to it. A build brings them in. */
  | 'LIVE'
  /** From now on nobody enters or leaves. */
  | 'PAUSED';

/** Whether the person has a tag. */
export type TagRuleInput = {
  /** The key of the tag. */
  key: string;
};

/** Changes to the tags, terms and facets of a person. For each of them, the latest item by `occurredAt` wins. */
export type TagsInput = {
  /** Keys of tags to add; at most 50. */
  add?: Array<string> | null | undefined;
  /** Terms to add; at most 50. */
  addTerms?: Array<TermNameInput> | null | undefined;
  /** Keys of profile schemas that the person adopts, with their tags and terms; at most 50. */
  adopt?: Array<string> | null | undefined;
  /** Keys of profile schemas that the person drops; their tags and terms stay. At most 50. */
  drop?: Array<string> | null | undefined;
  /** Keys of tags to remove; at most 50. */
  remove?: Array<string> | null | undefined;
  /** Terms to remove; at most 50. */
  removeTerms?: Array<TermNameInput> | null | undefined;
};

/** The name of a term. */
export type TermNameInput = {
  /** The key of the taxonomy. */
  taxonomy: string;
  /** The key of the term. */
  term: string;
};

/** Whether the person has a term. If its taxonomy is restricted to profile schemas, only people with a facet of one of these match. */
export type TermRuleInput = {
  /** Whether people with a descendant of the term match, too. Default: true. */
  includeDescendants?: boolean | null | undefined;
  /** The key of the taxonomy. */
  taxonomy: string;
  /** The key of the term. */
  term: string;
};

/** A question about one value of a person. */
export type ValueRuleInput = {
  /** How the value must compare. */
  is: ComparisonInput;
  /** The key of the value, such as `city`. */
  key: string;
};

/** How a channel or an identifier was verified as the person’s own. */
export type VerifiedInput = {
  /** When; default: the `occurredAt` of the item; at most 24 hours ahead. */
  at?: string | null | undefined;
  /** How, such as `code`, `link` or `double-opt-in`; at most 100 characters. */
  by: string;
};

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { keyName: string, scopes: Array<Scope>, workspace: { id: string, name: string } } };

export type IngestMutationVariables = Exact<{
  input: IngestInput;
}>;


export type IngestMutation = { ingest: { accepted: number, duplicates: number, conflicts: number, rejected: number, withWarnings: number, results: Array<{ status: IngestStatus, externalId: string | null, eventId: string | null, profileId: string | null, errors: Array<{ code: string, message: string, path: Array<string> }>, warnings: Array<{ code: string, message: string, path: Array<string> }> }> } | null };

export type SegmentChangesSubscriptionVariables = Exact<{
  segments?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type SegmentChangesSubscription = { segmentChanges: { cursor: string, kind: SegmentChangeKind, at: string, cause: SegmentChangeCause, segment: { key: string }, profile: { id: string } } };

export type ChangesQueryVariables = Exact<{
  segments?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type ChangesQuery = { segmentChanges: { nodes: Array<{ cursor: string, kind: SegmentChangeKind, at: string, cause: SegmentChangeCause, segment: { key: string }, profile: { id: string } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type EndOfChangesQueryVariables = Exact<{ [key: string]: never; }>;


export type EndOfChangesQuery = { segmentChanges: { pageInfo: { endCursor: string | null } } };

export type ChangeFragment = { cursor: string, kind: SegmentChangeKind, at: string, cause: SegmentChangeCause, segment: { key: string }, profile: { id: string } };

export type SegmentQueryVariables = Exact<{
  key: string;
}>;


export type SegmentQuery = { segment: { key: string, name: string, summary: string, state: SegmentState, size: number } | null };

export type CreateSegmentMutationVariables = Exact<{
  input: CreateSegmentInput;
}>;


export type CreateSegmentMutation = { createSegment: { segment: { key: string, name: string, summary: string, state: SegmentState, size: number } | null, userErrors: Array<{ code: string, message: string, path: Array<string> }> } | null };

export type SegmentSummaryFragment = { key: string, name: string, summary: string, state: SegmentState, size: number };

export type CountProfilesQueryVariables = Exact<{
  where?: RuleInput | null | undefined;
}>;


export type CountProfilesQuery = { profiles: { totalCount: number | null } };

export type ProfileByIdentifierQueryVariables = Exact<{
  namespace: string;
  value: string;
  events?: number | null | undefined;
}>;


export type ProfileByIdentifierQuery = { profileByIdentifier: { id: string, name: string | null, email: string | null, phone: string | null, identifiers: { nodes: Array<{ namespaceKey: string, value: string }> }, attributes: Array<{ key: string, value: unknown, setAt: string }>, segments: { nodes: Array<{ enteredAt: string, segment: { key: string } }> }, events: { nodes: Array<{ id: string, type: string, occurredAt: string, properties: unknown }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } } | null };

export const ChangeFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Change"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SegmentChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"segment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}}]}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<ChangeFragment, unknown>;
export const SegmentSummaryFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SegmentSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Segment"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}}]} as unknown as DocumentNode<SegmentSummaryFragment, unknown>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keyName"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const IngestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Ingest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IngestInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ingest"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"conflicts"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"}},{"kind":"Field","name":{"kind":"Name","value":"withWarnings"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"profileId"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]}}]} as unknown as DocumentNode<IngestMutation, IngestMutationVariables>;
export const SegmentChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SegmentChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"segments"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"segmentChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"segments"},"value":{"kind":"Variable","name":{"kind":"Name","value":"segments"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Change"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Change"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SegmentChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"segment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}}]}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<SegmentChangesSubscription, SegmentChangesSubscriptionVariables>;
export const ChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Changes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"segments"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"segmentChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"segments"},"value":{"kind":"Variable","name":{"kind":"Name","value":"segments"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Change"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endCursor"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Change"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SegmentChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"segment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}}]}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<ChangesQuery, ChangesQueryVariables>;
export const EndOfChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EndOfChanges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"segmentChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<EndOfChangesQuery, EndOfChangesQueryVariables>;
export const SegmentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Segment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"segment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"key"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SegmentSummary"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SegmentSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Segment"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}}]} as unknown as DocumentNode<SegmentQuery, SegmentQueryVariables>;
export const CreateSegmentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateSegment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateSegmentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createSegment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"segment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SegmentSummary"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SegmentSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Segment"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}}]} as unknown as DocumentNode<CreateSegmentMutation, CreateSegmentMutationVariables>;
export const CountProfilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CountProfiles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RuleInput"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<CountProfilesQuery, CountProfilesQueryVariables>;
export const ProfileByIdentifierDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProfileByIdentifier"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"value"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"events"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profileByIdentifier"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"value"},"value":{"kind":"Variable","name":{"kind":"Name","value":"value"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"identifiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespaceKey"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"attributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"setAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"segments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enteredAt"}},{"kind":"Field","name":{"kind":"Name","value":"segment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"events"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"properties"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endCursor"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProfileByIdentifierQuery, ProfileByIdentifierQueryVariables>;