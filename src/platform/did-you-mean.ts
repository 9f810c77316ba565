/** Changes of a letter that are still a slip. */
const MOST_SLIPS = 3;
/** One slip is allowed for so many letters. */
const LETTERS_A_SLIP = 3;
const LONGEST = 100;

/**
 * Names what was probably meant: `Did you mean "city"?`, with a space in front. Empty when nothing known is close.
 * Capitals, and what stands between words, count as no difference: `First_Name` is close to `firstName`.
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  const closest = closestTo(name, known);
  return closest === undefined ? '' : ` Did you mean "${closest}"?`;
}

function closestTo(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = plain(name);
  let [best, fewest] = [
    undefined as string | undefined,
    Math.min(MOST_SLIPS, Math.max(1, Math.floor(wanted.length / LETTERS_A_SLIP))) + 1,
  ];
  for (const one of known) {
    const candidate = plain(one);
    if (Math.abs(candidate.length - wanted.length) >= fewest) continue;
    const slips = slipsBetween(wanted, candidate, fewest);
    if (slips < fewest) [best, fewest] = [one, slips];
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/gu, '');
}

/** The optimal string alignment distance: letters put in, left out, replaced, or swapped with the next. @param most where to stop counting */
function slipsBetween(one: string, other: string, most: number): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(
        (row[j] ?? most) + 1,
        (next[j - 1] ?? most) + 1,
        (row[j - 1] ?? most) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? most) + 1 : most,
      );
    }
    if (Math.min(...next) >= most) return most;
    [before, row] = [row, next];
  }
  return row[other.length] ?? most;
}
