import type { FaultsByUser } from '../definitions/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { contextOf } from './check-rule.js';
import { definedNames } from './known-names.js';
import { rebuild } from './rebuild.js';
import { derivedFigure, Names, parseRule } from '../rules/index.js';
import type { RuleContext } from '../rules/index.js';
import { segmentCatalogue } from './segment-catalogue.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** Segments and derived attributes as users of definitions that rank below them: see `DefinitionUsers`. */
export const segmentsAsUsers = {
  /** Reads each as if it were saved now. What sources have sent does not count: it is not what was defined. */
  async faults(tx: Transaction): Promise<FaultsByUser> {
    const catalogue = await segmentCatalogue.read(tx);
    const known = found.get(catalogue) ?? faultsOf(catalogue);
    found.set(catalogue, known);
    return known;
  },

  /** Rules are read by the definitions as they are now; builds then bring everybody's membership in line. */
  async follow(tx: Transaction, dependency: string, now: Date): Promise<void> {
    const { byDependency } = await segmentCatalogue.read(tx);
    const ids = (byDependency.get(dependency) ?? []).map(({ definition }) => definition.id);
    if (ids.length > 0) await rebuild(tx, ids, now);
  },
};

const found = new WeakMap<SegmentCatalogue, FaultsByUser>();

function faultsOf(catalogue: SegmentCatalogue): FaultsByUser {
  const faultsIn = reader(catalogue);
  const ofDerived = new Map(
    [...catalogue.derived].map(([key, definition]) => [
      key,
      faultsIn((context) => derivedFigure(definition, context)),
    ]),
  );
  const derived = [...catalogue.derived.values()].filter(({ updatedAt }) => updatedAt !== null);
  return new Map([
    ...[...catalogue.byKey].map(([key, { definition, dependsOn }]): [string, Set<string>] => {
      const { rule, exitRule } = definition;
      // Of a derived attribute that is as shipped only those can say that it is used who ask for it.
      const asked = [...ofDerived].filter(
        ([of]) => !catalogue.derived.get(of)?.updatedAt && dependsOn.has(`derived:${of}`),
      );
      return [
        `the segment "${key}"`,
        new Set([
          ...faultsIn((context) => parseRule(rule, context)),
          ...(exitRule == null ? [] : faultsIn((context) => parseRule(exitRule, context))).map(
            (fault) => `exit ${fault}`,
          ),
          ...asked.flatMap(([of, faults]) => faults.map((fault) => `${of} ${fault}`)),
        ]),
      ];
    }),
    ...derived.map(({ key }): [string, Set<string>] => [
      `the derived attribute "${key}"`,
      new Set(ofDerived.get(key)),
    ]),
  ]);
}

/** Tells what is wrong where something is read: by code and place, which are the same from one time to the next. */
function reader(catalogue: SegmentCatalogue): (read: (context: RuleContext) => unknown) => string[] {
  const known = definedNames(catalogue);
  // A property that is kept from segments is so for rules saved from then on.
  const context = { ...contextOf(catalogue, true), isKeptBack: () => false };
  return (read) => {
    const names = new Names(known, { isSaved: true, isExhaustive: true });
    try {
      read({ ...context, names });
      return names.faults.map(nameOf);
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      return [...names.faults, error].map(nameOf);
    }
  };
}

function nameOf({ code, inputPath }: OnefoldError): string {
  return `${code} ${inputPath.join(' ')}`;
}
