import DataLoader from 'dataloader';

/**
 * The DataLoaders of one operation. A feature declares a loader as a function from the operation's context to a
 * batch function; the first use in an operation makes the instance, and a write drops them all, because what they
 * remember may no longer be so.
 */
export class Loaders {
  private instances = new Map<unknown, Map<string, unknown>>();

  /**
   * Keys are ids, or what has an id: one thing that was reached in two ways is loaded once, whatever else came along.
   * @param variant tells apart loaders of one declaration that differ in their arguments (a page, a filter)
   */
  get<Context, Key extends string | { readonly id: string }, Value>(
    declare: (context: Context, variant: string) => (keys: readonly Key[]) => Promise<(Value | Error)[]>,
    context: Context,
    variant = '',
  ): DataLoader<Key, Value, string> {
    const variants = this.instances.get(declare) ?? new Map<string, unknown>();
    this.instances.set(declare, variants);
    const existing = variants.get(variant) as DataLoader<Key, Value, string> | undefined;
    if (existing) return existing;
    const loader = new DataLoader<Key, Value, string>(declare(context, variant), {
      cacheKeyFn: (key) => (typeof key === 'string' ? key : key.id),
    });
    variants.set(variant, loader);
    return loader;
  }

  clear(): void {
    this.instances = new Map();
  }
}
