import { dependencyOn } from '../../definitions/index.js';
import type { DependencyName } from '../../definitions/index.js';
import { termOfLabel } from './label.js';
import type { LabelNews } from './label.js';

/** What rules depend on that look at a tag, at a term (of the taxonomy with the key) or at a facet. */
export function labelDependency(kind: 'tag' | 'term' | 'facet', key: string): DependencyName {
  return dependencyOn(kind, key);
}

/** The same for a label as people have it. */
export function dependencyOf({ kind, label }: Pick<LabelNews, 'kind' | 'label'>): DependencyName {
  if (kind === 'TERM') return labelDependency('term', termOfLabel(label).taxonomy);
  return labelDependency(kind === 'TAG' ? 'tag' : 'facet', label);
}
