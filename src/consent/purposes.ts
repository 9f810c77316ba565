import { DefinitionSet } from '../definitions/index.js';
import type { Definition } from '../definitions/index.js';

/** What people are addressed for; consent is given for one at a time. */
export type PurposeDefinition = Definition;

export const DEFAULT_PURPOSE = 'marketing';

export const purposes = new DefinitionSet<PurposeDefinition>({
  kind: 'PURPOSE',
  name: 'purpose',
  shipped: [
    { key: 'marketing', label: 'Marketing', description: 'Offers, news and recommendations.' },
    { key: 'profiling', label: 'Profiling', description: 'Conclusions about the person from what they did.' },
    { key: 'research', label: 'Research', description: 'Surveys and studies.' },
    { key: 'service', label: 'Service', description: 'Help, reminders and notices about what they use.' },
    { key: 'transactional', label: 'Transactional', description: 'What a purchase or a contract calls for.' },
  ],
  limit: 100,
});
