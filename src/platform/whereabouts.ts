/** What is known of a value from elsewhere. */
export interface Whereabouts {
  /** Where phone numbers without a country code belong: two letters of ISO 3166-1; null when nobody knows. */
  country: string | null;
  /** Whether the country is only a usual one. Then a local number must be assigned there: it may be one of elsewhere. */
  isUsual?: boolean;
}
