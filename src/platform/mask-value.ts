/**
 * What a key without READ_PII sees in place of a personal value. It is the same for every value: the domain of an
 * e-mail address, the last digits of a number or a length would tell people apart.
 */
export const MASK = '***';
