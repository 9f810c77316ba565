import { dependencyOf, labelVocabulary, parseLabels, recordLabels } from '../../../profiles/index.js';
import type { LabelNews, LabelVocabulary } from '../../../profiles/index.js';
import { anything, listOf, record } from '../../readers.js';
import type { ItemPart, ItemReading, RawFields } from '../item-part.js';
import { labelsInput } from './labels.input.js';

const NO_LABELS: readonly LabelNews[] = [];
const names = listOf(anything);

/** Tags, terms and facets. */
export const labelsOfItem: ItemPart<'labels', readonly LabelNews[], LabelVocabulary> = {
  name: 'labels',
  input: labelsInput,
  fields: {
    tags: record({
      ...{ add: names, remove: names, addTerms: names, removeTerms: names, adopt: names, drop: names },
    }),
  },
  nothing: NO_LABELS,
  definitions: (tx) => labelVocabulary.read(tx),
  parse,
  record: (tx, pieces) =>
    recordLabels(
      tx,
      pieces.flatMap(({ value, profile, side, item: { occurredAt: at, arrival, sourceId } }) =>
        value.map((one) => ({ ...one, profile, side, at, arrival, sourceId })),
      ),
    ),
  touch({ value }, { dependencies }) {
    for (const label of value) dependencies.add(dependencyOf(label));
  },
  waiting: {
    keep: (labels) => (labels.length > 0 ? labels : undefined),
    revive: (kept: readonly LabelNews[]) => kept,
  },
};

function parse(
  { tags }: RawFields,
  { source, errors, warnings }: ItemReading,
  vocabulary: LabelVocabulary,
): readonly LabelNews[] {
  if (!tags) return NO_LABELS;
  return parseLabels(tags, vocabulary, source?.unknownTags === 'REJECT' ? errors : warnings);
}
