import { InputType, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { IfUnchangedSince } from '../platform/graphql/index.js';
import { purposes } from './purposes.js';
import type { PurposeDefinition } from './purposes.js';

@ObjectType('Purpose', {
  implements: DefinitionType,
  simpleResolvers: true,
  description:
    'What people are contacted for, such as marketing. Consent is given for each purpose separately.',
})
export class PurposeType extends DefinitionType {
  readonly typeName = 'Purpose';

  constructor(standing: Standing<PurposeDefinition>) {
    super(purposes.prefix, standing);
  }
}

@InputType({ description: 'A new purpose.' })
export class DefinePurposeInput extends DefinitionInput {
  @NewKey()
  key!: string;
}

@InputType({ description: 'Changes to a purpose. Absent = unchanged; null = cleared.' })
export class UpdatePurposeInput extends DefinitionInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
