declare const brand: unique symbol;

/**
 * The name of something whose change calls for a new look at the rules that depend on it: `tag:vip`, `timeZone`. What
 * an item touches, and what a change of definitions changes, is named the same way.
 */
export type DependencyName = string & { readonly [brand]: true };

/**
 * Makes the name. The feature that owns the kind exports a function (or a constant) that calls this, so that those who
 * look and those who touch cannot spell it in two ways.
 * @param key absent = there is only one of the kind
 */
export function dependencyOn(kind: string, key?: string): DependencyName {
  return (key === undefined ? kind : `${kind}:${key}`) as DependencyName;
}
