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
  'Conditions that an event must all meet to count: at most 20. What personal properties are compared with is `***` without the scope READ_PII.';

@ObjectType({ simpleResolvers: true, description: 'A condition on one property of an event.' })
export class PropertyCondition {
  @Field(() => String, { description: 'The property; dots lead into objects: `product.price`.' })
  path!: string;

  @Field(() => Json, { description: 'What it must be: JSON in the form of `ComparisonInput`.' })
  is!: object;
}

@ObjectType('DerivedLess', {
  simpleResolvers: true,
  description: 'Events over which the same figure is taken off a derived attribute.',
})
export class DerivedLessType {
  @Field(() => String, { nullable: true, description: 'The type of the events; null = any type.' })
  type!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The property that the figure is of; null = the events themselves.',
  })
  path!: string | null;

  @Field(() => [PropertyCondition], { description: CONDITIONS })
  where!: readonly PropertyCondition[];
}

@ObjectType('DerivedAttribute', {
  implements: DefinitionType,
  simpleResolvers: true,
  description: 'A figure over the events of a person, under a name: it always is what the events say.',
})
export class DerivedAttributeType extends DefinitionType {
  readonly typeName = 'DerivedAttribute';

  @Field(() => String, { nullable: true, description: 'The type of the events; null = any type.' })
  type!: string | null;

  @Field(() => AggregateFunction, { description: 'Which figure it is.' })
  function!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The property that it is of; null = the events themselves.',
  })
  path!: string | null;

  @Field(() => [PropertyCondition], { description: CONDITIONS })
  where!: readonly PropertyCondition[];

  @Field(() => Duration, {
    nullable: true,
    description: 'Only events less than this long ago; null = all there are.',
  })
  withinLast!: Duration | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For a figure over money: the currency of the amounts that count, an ISO 4217 code, or `WORKSPACE` for that of the workspace. Null = that of the workspace, if the contract of the type calls the property an amount of money.',
  })
  currency!: string | null;

  @Field(() => DerivedLessType, {
    nullable: true,
    description:
      'Events over which the same figure is taken off, such as refunds; numbers are taken off by their size, whatever their sign. Null = nothing is.',
  })
  less!: DerivedLessType | null;

  @Field(() => Boolean, {
    description:
      'Whether it is personal, because a property is that it shows or that decides which events count: keys without READ_PII see `***` for its values, and cannot use it in rules.',
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

@ObjectType('DerivedValue', { simpleResolvers: true, description: 'A derived attribute of a person, now.' })
export class DerivedValue {
  @Field(() => String, { description: 'The key of the attribute.' })
  readonly key: string;

  @Field(() => String, { description: 'The name for people: the key, where no other was given.' })
  readonly label: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'The value; null when no event gives one, and where `isMasked`. A JSON value of which only parts are personal has `***` in their place.',
  })
  readonly value: unknown;

  @Field(() => Boolean, {
    description:
      'Whether the value, or a part of it, is hidden, because the key lacks READ_PII. A personal value is hidden whether there is one or not.',
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
      'The value as exact amounts of money, where the figure is one over money: one amount, or one for each currency, by its code: at most 300. Null where it is none, or `value` is null. What is summed up under no ISO 4217 code is left out.',
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

@InputType({ description: 'Events over which the same figure is taken off a derived attribute.' })
export class DerivedLessInput {
  @Field(() => String, { nullable: true, description: 'Only events of this type; null = of any.' })
  type?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The property that the figure is of; dots lead into objects. Only COUNT does without.',
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
  @Field(() => String, { nullable: true, description: 'Only events of this type; null = of any.' })
  type?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The property that it is of; dots lead into objects. Only COUNT, FIRST_AT and LAST_AT do without.',
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
      'For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count: an ISO 4217 code, or `WORKSPACE` for that of the workspace. An amount that names no currency is in that of the workspace. Null = `WORKSPACE`, if the contract of the type calls the property an amount of money (`currencyKey`); otherwise all numbers count. The currency is read where the contract says, or else from the property `currency` beside the amount.',
  })
  currency?: string | null;

  @Field(() => DerivedLessInput, {
    nullable: true,
    description:
      'Events over which the same figure is taken off, such as refunds; they count in the same window and currency. Numbers are taken off by their size: a refund of -20 like one of 20. For COUNT, SUM and SUM_BY_CURRENCY alone. Null = nothing is.',
  })
  less?: DerivedLessInput | null;

  @Field(() => Boolean, { defaultValue: false, description: ALLOW_UNDEFINED })
  allowUndefined!: boolean;
}

@InputType({ description: 'A new derived attribute.' })
export class DefineDerivedAttributeInput extends DerivedAttributeInput {
  @NewKey()
  key!: string;

  @Field(() => AggregateFunction, { description: 'Which figure it is.' })
  function!: string;
}

@InputType({
  description: 'Changes to a derived attribute; what is absent stays as it is, null clears. Segments follow.',
})
export class UpdateDerivedAttributeInput extends DerivedAttributeInput {
  @KnownKey()
  key!: string;

  @Field(() => AggregateFunction, {
    nullable: true,
    description: 'Which figure it is. It cannot be cleared.',
  })
  function?: string | null;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
