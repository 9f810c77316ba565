/** A definition, or a part of one, as it was kept: servers of an older version keep its description as `help`. */
export function withDescription<Kept extends { description: string | null }>(kept: Kept): Kept {
  const { help = null, ...rest } = kept as Kept & { help?: string | null };
  return { ...rest, description: rest.description ?? help } as unknown as Kept;
}
