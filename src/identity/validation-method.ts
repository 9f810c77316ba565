/** How it was made sure that an identifier is the person's own. */
export const VALIDATION_METHODS = ['CODE', 'LINK', 'MANUAL', 'IMPORTED'] as const;
export type ValidationMethod = (typeof VALIDATION_METHODS)[number];
