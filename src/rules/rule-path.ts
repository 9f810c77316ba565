/** Where a node stands in the rule as it was given, such as `["all", "0", "attribute"]`. */
export type RulePath = readonly string[];
