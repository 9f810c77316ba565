import { Definitions } from '../../definitions/index.js';
import type { Standing } from '../../definitions/index.js';
import type { ProfileRef } from '../profile-ref.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition, TermName } from './profile-schemas.js';
import { tags } from './tags.js';
import type { TagDefinition } from './tags.js';
import { taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition } from './taxonomies.js';

export type LabelKind = 'TAG' | 'TERM' | 'FACET';

/** That something is, or is no longer, to be said of a person. Of a term the label is `taxonomy/term`. */
export interface LabelNews {
  kind: LabelKind;
  label: string;
  isOn: boolean;
}

/** What an item told of the labels of a profile. */
export interface ToldLabel extends LabelNews {
  profile: ProfileRef;
  /** Whose side of the profile it came to. */
  side: string;
  at: Date;
  /** In microseconds since 1970. */
  arrival: number;
  sourceId: string;
}

/** All that labels are read by. */
export interface LabelVocabulary {
  tags: ReadonlyMap<string, Standing<TagDefinition>>;
  taxonomies: ReadonlyMap<string, Standing<TaxonomyDefinition>>;
  schemas: ReadonlyMap<string, Standing<ProfileSchemaDefinition>>;
}

export const labelVocabulary = new Definitions(async (tx): Promise<LabelVocabulary> => ({
  tags: await tags.read(tx),
  taxonomies: await taxonomies.read(tx),
  schemas: await profileSchemas.read(tx),
}));

export function termLabel({ taxonomy, term }: TermName): string {
  return `${taxonomy}/${term}`;
}

export function termOfLabel(label: string): TermName {
  const [taxonomy = '', term = ''] = label.split('/');
  return { taxonomy, term };
}

/** Orders rows `l` of one label: the first stands. The newest, and of the same instant the one that arrived later. */
export const LABEL_STANDING_FIRST = 'l.at desc, l.arrival desc nulls last, l.is_on, l.source_id';
