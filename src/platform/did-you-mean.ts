/** A known name that is at most this part of its length away is near. */
const NEAR = 0.4;

/** @returns ` Did you mean "…"?` with the known name that is nearest, whatever the case; nothing when none is near */
export function didYouMean(name: string, known: Iterable<string>): string {
  let nearest: string | undefined;
  let least = Infinity;
  // What is that long is no slip of the finger, and takes long to compare.
  if (name.length > 100) return '';
  for (const one of known) {
    const distance = distanceBetween(name.toLowerCase(), one.toLowerCase());
    if (distance >= least || distance > Math.max(1, Math.floor(one.length * NEAR))) continue;
    [nearest, least] = [one, distance];
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** How many characters have to be put in, left out, changed, or changed over with the next one (Damerau, Levenshtein). */
function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
