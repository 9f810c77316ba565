/** As `Promise.all`, of values by their names: statements that are asked for so are sent together. */
export async function together<T extends object>(all: { [Name in keyof T]: Promise<T[Name]> }): Promise<T> {
  const names = Object.keys(all) as (keyof T)[];
  const values = await Promise.all(names.map((name) => all[name]));
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as T;
}
