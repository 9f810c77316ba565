import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { definitionKind, saving } from '../definitions/index.js';
import { composedTexts } from '../platform/index.js';
import {
  AttributeDefinitionType,
  DefineAttributeInput,
  UpdateAttributeInput,
} from './attribute-definition.type.js';
import { attributeVerbs } from './attribute-verbs.js';

export const attributeKind = definitionKind(attributeVerbs, {
  name: 'Attribute',
  field: 'attribute',
  noun: 'attribute',
  type: AttributeDefinitionType,
  show: (standing) => new AttributeDefinitionType(standing),
  one: 'attributeDefinition',
  list: { name: 'attributeDefinitions', gives: 'attribute definitions' },
  define: saving(
    DefineAttributeInput,
    'Defines an attribute. Values received from now on are checked against it.',
    withTexts,
  ),
  update: saving(
    UpdateAttributeInput,
    'Changes an attribute. The change applies to values received from now on.',
    withTexts,
  ),
  remove: 'Deletes the definition of an attribute. Existing values are kept.',
});

@Resolver(() => AttributeDefinitionType)
export class AttributeDefinitionResolver {
  @FieldResolver(() => [SourceType], {
    description: 'Its sources in order of trust, best first: at most 50. See `sourceKeys`.',
  })
  async sources(
    @Root() { sourceKeys }: AttributeDefinitionType,
    @Ctx() context: RequestContext,
  ): Promise<SourceType[]> {
    const all = [...(await sources.read(await context.reading())).values()];
    return sourceKeys
      .flatMap((key) => all.filter((source) => source.key === key))
      .map((one) => new SourceType(one));
  }
}

/** With its values as texts are kept. */
function withTexts<Said extends Pick<UpdateAttributeInput, 'allowedValues'>>({
  allowedValues,
  ...said
}: Said) {
  return { ...said, allowedValues: allowedValues && composedTexts(allowedValues) };
}
