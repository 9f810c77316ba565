import { Authorized, Ctx, FieldResolver, registerEnumType, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { namespaces } from '../identity/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { lifecycles } from './lifecycle.reads.js';
import type { Lifecycle, TellingNamespaces } from './lifecycle.reads.js';

const LifecycleEnum = {
  ANONYMOUS: 'ANONYMOUS',
  LEAD: 'LEAD',
  CONTACT: 'CONTACT',
  CUSTOMER: 'CUSTOMER',
} as const satisfies Record<Lifecycle, Lifecycle>;
registerEnumType(LifecycleEnum, {
  name: 'Lifecycle',
  description:
    'The lifecycle stage of a person: ANONYMOUS, LEAD, CONTACT, CUSTOMER. It is computed, never set; the last stage that applies counts.',
  valuesConfig: {
    ANONYMOUS: { description: 'Not known by name or account, or there is no way to reach them.' },
    LEAD: {
      description:
        'Known by a name (`displayName`, `firstName` or `lastName`, not blank) or by an account (an identifier of the semantic type EXTERNAL or OAUTH, such as a customer number), and by a contact value that nobody has verified: an identifier (e-mail, phone) or a channel.',
    },
    CONTACT: {
      description: 'A contact value was verified: an identifier (e-mail, phone) or a channel.',
    },
    CUSTOMER: {
      description:
        'They have purchased: there is an event of the type `purchase` that is not dated in the future.',
    },
  },
});

const CONTACT_TYPES: ReadonlySet<string> = new Set(['EMAIL', 'PHONE']);
const ACCOUNT_TYPES: ReadonlySet<string> = new Set(['EXTERNAL', 'OAUTH']);

@Resolver(() => Profile)
export class ProfileLifecycleResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => LifecycleEnum, {
    description: 'The lifecycle stage of the person, computed when it is asked for.',
  })
  async lifecycle(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<Lifecycle> {
    const all = [...(await namespaces.read(await context.reading())).values()];
    const keysOf = (types: ReadonlySet<string>) =>
      all.filter(({ semanticType }) => types.has(semanticType)).map(({ key }) => key);
    const telling: TellingNamespaces = { contact: keysOf(CONTACT_TYPES), account: keysOf(ACCOUNT_TYPES) };
    return context.loaders
      .get(lifecycles, context, JSON.stringify(telling))
      .load(await refOf(profile, context));
  }
}
