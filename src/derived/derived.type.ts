import { Field, InputType, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { Duration, durationOf, IfUnchangedSince, Json, Money } from '../platform/graphql/index.js';
import { currencyCode, digitsOf, isNumber } from '../platform/index.js';
import type { ExactNumber } from '../platform/index.js';
import type { FigureOfDerived } from './figure-of-derived.js';
import { AggregateFunction } from '../rules/aggregate-function.type.js';
import { DurationInput } from '../rules/duration-input.type.js';
import { shownBy } from '../profiles/index.js';
import { derivedAttributes } from '../rules/index.js';
import type { DerivedDefinition } from '../rules/index.js';
import { PropertyRuleInput } from '../rules/property-rule.type.js';
import { ALLOW_UNDEFINED } from '../rules/rule-input.type.js';

const CONDITIONS =
  'Conditions that an event must all meet to count: at most 20. Values that personal properties are compared with are `***` without READ_PII.';

@ObjectType({ simpleResolvers: true, description: 'A condition on one property of an event.' })
export class PropertyCondition {
  @Field(() => String, { description: 'The property; dots lead into objects: `product.price`.' })
  path!: string;

  @Field(() => Json, { description: 'What it must be: JSON in the form of `ComparisonInput`.' })
  is!: object;
}

@ObjectType('DerivedLess', {
  simpleResolvers: true,
  description: 'Events whose figure is subtracted from that of a derived attribute.',
})
export class DerivedLessType {
  @Field(() => String, { nullable: true, description: 'The type of the events; null = any type.' })
  type!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The property that is aggregated; null = the events themselves.',
  })
  path!: string | null;

  @Field(() => [PropertyCondition], { description: CONDITIONS })
  where!: readonly PropertyCondition[];
}

@ObjectType('DerivedAttribute', {
  implements: DefinitionType,
  simpleResolvers: true,
  description: 'A named figure over the events of a person. It always reflects the current events.',
})
export class DerivedAttributeType extends DefinitionType {
  readonly typeName = 'DerivedAttribute';

  @Field(() => String, { nullable: true, description: 'The type of the events; null = any type.' })
  type!: string | null;

  @Field(() => AggregateFunction, { description: 'The function that is computed.' })
  function!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The property that is aggregated; null = the events themselves.',
  })
  path!: string | null;

  @Field(() => [PropertyCondition], { description: CONDITIONS })
  where!: readonly PropertyCondition[];

  @Field(() => Duration, {
    nullable: true,
    description: 'Only events less than this long ago; null = all events.',
  })
  withinLast!: Duration | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For a figure over money: the currency of the amounts that count. An ISO 4217 code, or `WORKSPACE` for the currency of the workspace. Null = `WORKSPACE` if the event type declares the property as an amount of money.',
  })
  currency!: string | null;

  @Field(() => DerivedLessType, {
    nullable: true,
    description:
      'Events whose figure is subtracted, such as refunds. Numbers are subtracted by their absolute value. Null = nothing is subtracted.',
  })
  less!: DerivedLessType | null;

  @Field(() => Boolean, {
    description:
      'Whether it is personal, because it is computed from personal properties: API keys without READ_PII can neither see its values nor use it in rules.',
  })
  isPersonal!: boolean;

  constructor(
    standing: Standing<DerivedDefinition>,
    shown: Pick<DerivedAttributeType, 'isPersonal' | 'where' | 'less'>,
  ) {
    super(derivedAttributes.prefix, standing);
    const { type, path, withinLast } = standing;
    Object.assign(this, shown, {
      ...{ type, path, function: standing.function },
      withinLast: withinLast && durationOf(withinLast),
      currency: standing.currency ?? null,
    });
  }
}

@ObjectType('DerivedValue', {
  simpleResolvers: true,
  description: 'The current value of a derived attribute of a person.',
})
export class DerivedValue {
  @Field(() => String, { description: 'The key of the attribute.' })
  readonly key: string;

  @Field(() => String, { description: 'The display name. It defaults to the key.' })
  readonly label: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'The value. Null if no event gives one, and where `isMasked`; if only parts of a JSON value are personal, those are `***` instead.',
  })
  readonly value: unknown;

  @Field(() => Boolean, {
    description:
      'Whether the value or a part of it is hidden because the API key lacks READ_PII. A personal value is hidden even if there is none.',
  })
  readonly isMasked: boolean;

  constructor(
    readonly standing: Standing<DerivedDefinition>,
    private readonly figure: FigureOfDerived,
    { value, seesPersonal }: { value: unknown; seesPersonal: boolean },
  ) {
    this.key = standing.key;
    this.label = standing.label ?? standing.key;
    const privacy = seesPersonal ? undefined : figure.privacy;
    // Whether there is one tells something too.
    const hidden = privacy?.isPersonal ? { value: null, isMasked: true } : undefined;
    const shown = hidden ?? (privacy ? shownBy(privacy, value) : { value, isMasked: false });
    this.value = shown.value;
    this.isMasked = shown.isMasked;
  }

  /** A method: most do not ask. */
  @Field(() => [Money], {
    nullable: true,
    description:
      'The value as exact amounts of money: one amount, or one for each currency in the order of their codes; at most 300. Null if the figure is not one over money, or if `value` is null. Sums under anything but an ISO 4217 code are left out.',
  })
  money(): Money[] | null {
    const { money } = this.figure;
    if (money === null || this.value === null) return null;
    const sums = money === 'BY_CURRENCY' ? (Object(this.value) as object) : { [money.currency]: this.value };
    return Object.entries(sums)
      .filter(
        (sum): sum is [string, number | ExactNumber] => currencyCode(sum[0]) === sum[0] && isNumber(sum[1]),
      )
      .map(([currency, amount]) => ({ amount: digitsOf(amount), currency }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

@InputType({ description: 'Events whose figure is subtracted from that of a derived attribute.' })
export class DerivedLessInput {
  @Field(() => String, { nullable: true, description: 'Only events of this type; null = any type.' })
  type?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The property to aggregate; dots lead into objects. Only COUNT needs none.',
  })
  path?: string | null;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that an event must all meet to count; at most 20.',
  })
  where?: PropertyRuleInput[] | null;
}

@InputType()
abstract class DerivedAttributeInput extends DefinitionInput {
  @Field(() => String, { nullable: true, description: 'Only events of this type; null = any type.' })
  type?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The property to aggregate; dots lead into objects. Only COUNT, FIRST_AT and LAST_AT need none.',
  })
  path?: string | null;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that an event must all meet to count; at most 20.',
  })
  where?: PropertyRuleInput[] | null;

  @Field(() => DurationInput, {
    nullable: true,
    description:
      'Only events less than this long ago, so the figure changes as time passes; null = all events.',
  })
  withinLast?: DurationInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count. An ISO 4217 code, or `WORKSPACE` for the currency of the workspace. An amount without a currency is in the currency of the workspace. Null = `WORKSPACE` if the event type declares the property as an amount of money (`currencyKey`); otherwise all numbers count. The currency is read from the property that `currencyKey` names, or else from the property `currency` beside the amount.',
  })
  currency?: string | null;

  @Field(() => DerivedLessInput, {
    nullable: true,
    description:
      'Events whose figure is subtracted, such as refunds, in the same window and currency. Numbers are subtracted by their absolute value: a refund of -20 counts as one of 20. Only for COUNT, SUM and SUM_BY_CURRENCY. Null = nothing is subtracted.',
  })
  less?: DerivedLessInput | null;

  @Field(() => Boolean, { defaultValue: false, description: ALLOW_UNDEFINED })
  allowUndefined!: boolean;
}

@InputType({ description: 'A new derived attribute.' })
export class DefineDerivedAttributeInput extends DerivedAttributeInput {
  @NewKey()
  key!: string;

  @Field(() => AggregateFunction, { description: 'The function that is computed.' })
  function!: string;
}

@InputType({
  description: 'Changes to a derived attribute. Absent = unchanged; null = cleared.',
})
export class UpdateDerivedAttributeInput extends DerivedAttributeInput {
  @KnownKey()
  key!: string;

  @Field(() => AggregateFunction, {
    nullable: true,
    description: 'The function that is computed. Null is refused.',
  })
  function?: string | null;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
