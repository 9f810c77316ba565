/**
 * What a key without READ_PII sees of a contact value: enough to recognise one that is known already, not enough to
 * use it. @param kind `EMAIL`, `PHONE`, or anything else
 */
export function maskValue(kind: string, value: string): string {
  // What is kept as an e-mail address may have another form, such as a digest.
  const at = value.lastIndexOf('@');
  if (kind === 'EMAIL' && at > 0) return `${value.slice(0, 1)}***${value.slice(at)}`;
  const shown = kind === 'PHONE' ? value.slice(-2) : '';
  return `***${shown}`;
}
