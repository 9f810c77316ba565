import { Field, ObjectType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Workspace } from './workspace.entity.js';

@ObjectType('Workspace', {
  implements: Node,
  simpleResolvers: true,
  description: 'A tenant: nobody else can reach its people, definitions and keys.',
})
export class WorkspaceType extends Node {
  readonly typeName = 'Workspace';

  @Field(() => String, { description: 'The display name.' })
  name!: string;

  @Field(() => String, {
    description: 'The time zone in which dates begin and end: an IANA name such as `Europe/Brussels`.',
  })
  timeZone!: string;

  @Field(() => String, {
    description:
      'The currency of amounts that name none, and of figures over money: an ISO 4217 code. `USD` until it is set.',
  })
  currency!: string;

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was last updated, or created if it never was.' })
  updatedAt!: Date;

  constructor(workspace: Workspace) {
    super('workspace', workspace.uid);
    this.name = workspace.name;
    this.timeZone = workspace.timeZone;
    this.currency = workspace.currency;
    this.createdAt = workspace.createdAt;
    this.updatedAt = workspace.updatedAt;
  }
}
