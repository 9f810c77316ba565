/** What rules with dates depend on: the zone of the workspace. */
export const TIME_ZONE = 'timeZone';
