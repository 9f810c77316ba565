import type { DefinitionUser, DependencyName, FaultsByUser } from '../definitions/index.js';
import { faultsOfDerived } from '../derived/index.js';
import { publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { derivedAttributes, derivedDependency, faultsIn, parseRule } from '../rules/index.js';
import { contextWithSegments } from './check-rule.js';
import { rebuild } from './rebuild.js';
import { segmentCatalogue } from './segment-catalogue.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** Segments and derived attributes as users of definitions that rank below them. */
export const segmentsAsUsers: DefinitionUser = {
  /** Reads each as if it were saved now. What sources have sent does not count: nobody has defined it. */
  async faults(tx: Transaction): Promise<FaultsByUser> {
    const catalogue = await segmentCatalogue.read(tx);
    const known = found.get(catalogue) ?? faultsOf(tx.workspaceId, catalogue);
    found.set(catalogue, known);
    return known;
  },

  /** Rules are read by the definitions as they are now; builds then bring everybody's membership in line. */
  async follow(tx: Transaction, dependency: DependencyName, now: Date): Promise<void> {
    const { byDependency } = await segmentCatalogue.read(tx);
    const ids = (byDependency.get(dependency) ?? []).map(({ definition }) => definition.id);
    if (ids.length > 0) await rebuild(tx, ids, { keyId: null, now });
  },
};

const found = new WeakMap<SegmentCatalogue, FaultsByUser>();

function faultsOf(workspaceId: number, catalogue: SegmentCatalogue): FaultsByUser {
  const { vocabulary, byKey } = catalogue;
  const context = contextWithSegments(catalogue, true, 'REVIEWED');
  const faultsOfRule = (rule: unknown) => faultsIn(vocabulary, context, (by) => parseRule(rule, by));
  const ofDerived = faultsOfDerived(vocabulary);
  const isShipped = (key: string) => !vocabulary.derived.get(key)?.updatedAt;
  const segments = [...byKey].map(([key, { definition, dependsOn }]) => {
    const { rule, exitRule } = definition;
    // A derived attribute that is as shipped has no owner to blame: the segments that ask for it take its faults.
    const asked = [...ofDerived].filter(([of]) => isShipped(of) && dependsOn.has(derivedDependency(of)));
    const faults = [
      ...faultsOfRule(rule),
      ...(exitRule == null ? [] : faultsOfRule(exitRule)).map((fault) => `exit ${fault}`),
      ...asked.flatMap(([of, its]) => its.map((fault) => `${of} ${fault}`)),
    ];
    const id = publicId('segment', definition.id);
    return { id, called: `the segment "${key}"`, faults: new Set(faults) };
  });
  const derived = [...ofDerived]
    .filter(([key]) => !isShipped(key))
    .map(([key, faults]) => ({ ...derivedAttributes.asUser(workspaceId, key), faults: new Set(faults) }));
  return new Map([...segments, ...derived].map((user) => [user.id, user]));
}
