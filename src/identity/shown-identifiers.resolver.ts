import { sources } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { MASK, shardOfId } from '../platform/index.js';
import { holdersOfIds } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { bearersOfLabels } from './bearers-of-labels.js';
import { identifiersOfProfiles } from './identifier.reads.js';
import type { IdentifierRow } from './identifier.reads.js';
import { IdentifierType } from './identifier.type.js';
import { namespaces } from './namespace-catalogue.js';
import { NamespaceType } from './namespace.type.js';

/**
 * Makes identifiers of a profile as the viewer may see them.
 * @param rows all identifiers of the profile
 */
export async function showIdentifiers(
  rows: readonly IdentifierRow[],
  context: RequestContext,
): Promise<(row: IdentifierRow) => IdentifierType> {
  const tx = await context.reading();
  const [known, knownSources] = [await namespaces.read(tx), await sources.read(tx)];
  const bearers = bearersOfLabels(rows, known);
  return (row) => {
    const namespace = known.get(row.namespace);
    if (!namespace) throw new Error('a namespace of which there are identifiers is never deleted');
    const source = knownSources.get(row.sourceId);
    return new IdentifierType(row, {
      namespace: new NamespaceType(namespace),
      value: context.seesPersonal ? row.value : MASK,
      isMasked: !context.seesPersonal,
      label: bearers.has(row) ? row.label : null,
      source: SourceType.of(source),
      profile: new Profile({ id: row.profileId, shard: shardOfId(context.workspaceId, row.profileId) }),
    });
  };
}

/** An identifier by its UUID, among all of its profile; null where there is none in the viewer's workspace. */
export async function identifierById(
  id: string,
  context: RequestContext,
): Promise<{ row: IdentifierRow; all: readonly IdentifierRow[] } | null> {
  const holders = await context.loaders.get(holdersOfIds, context).load(id);
  const loader = context.loaders.get(identifiersOfProfiles, context);
  for (const all of await Promise.all(holders.map((holder) => loader.load(holder)))) {
    const row = all.find((one) => one.id === id);
    if (row) return { row, all };
  }
  return null;
}

/** For `node(id:)`. */
export function findIdentifiers(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(IdentifierType | null)[]> {
  return Promise.all(
    uuids.map(async (id) => {
      const found = await identifierById(id, context);
      return found && (await showIdentifiers(found.all, context))(found.row);
    }),
  );
}
