/** What an API key may do. Each stands alone: ADMIN does not include the others. */
export enum Scope {
  INGEST = 'INGEST',
  READ = 'READ',
  READ_PII = 'READ_PII',
  SUBSCRIBE = 'SUBSCRIBE',
  EXPORT = 'EXPORT',
  MANAGE = 'MANAGE',
  ADMIN = 'ADMIN',
}

export const ALL_SCOPES: readonly Scope[] = Object.values(Scope);
