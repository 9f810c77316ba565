import { Authorized, Ctx, FieldResolver, registerEnumType, Resolver, Root } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { namespaces } from '../identity/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { lifecycles } from './lifecycle.reads.js';
import type { Lifecycle } from './lifecycle.reads.js';

const LifecycleEnum = {
  ANONYMOUS: 'ANONYMOUS',
  LEAD: 'LEAD',
  CONTACT: 'CONTACT',
  CUSTOMER: 'CUSTOMER',
} as const satisfies Record<Lifecycle, Lifecycle>;
registerEnumType(LifecycleEnum, {
  name: 'Lifecycle',
  description: 'How far a person has come. It is computed, never set; the last that is true counts.',
  valuesConfig: {
    ANONYMOUS: { description: 'Nobody can say who it is.' },
    LEAD: { description: 'A name is known, and a contact value that nobody has validated.' },
    CONTACT: {
      description: 'A contact value is known that was validated: an identifier (e-mail, phone) or a channel.',
    },
    CUSTOMER: { description: 'They have purchased: there is an event of the type `purchase`.' },
  },
});

const CONTACT_TYPES: ReadonlySet<string> = new Set(['EMAIL', 'PHONE']);

@Resolver(() => Profile)
export class ProfileLifecycleResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => LifecycleEnum, {
    description: 'How far the person has come; computed when it is asked for.',
  })
  async lifecycle(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<Lifecycle> {
    const all = await namespaces.read(await context.reading());
    const contact = [...all.values()].filter(({ semanticType }) => CONTACT_TYPES.has(semanticType));
    return context.loaders
      .get(lifecycles, context, JSON.stringify(contact.map(({ key }) => key)))
      .load(await refOf(profile, context));
  }
}
