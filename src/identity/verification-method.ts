/** How it was made sure that an identifier is the person's own. */
export const VERIFICATION_METHODS = ['CODE', 'LINK', 'MANUAL', 'IMPORTED'] as const;
export type VerificationMethod = (typeof VERIFICATION_METHODS)[number];
