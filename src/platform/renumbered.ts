interface Renumbering {
  /** The calling code of the country. */
  code: string;
  /** A national number as it was, or is still written. */
  was: RegExp;
  is: string;
}

/**
 * Numbers that their countries have made others, and that people still write the old way. Only where the new one
 * follows from the old one: in Côte d'Ivoire (2021) or Viet Nam (2018) it depends on the operator.
 */
const RENUMBERINGS: readonly Renumbering[] = [
  // Mexico, 2019: the 1 for mobiles from abroad, and the prefixes 01, 044 and 045, came to an end.
  { code: '52', was: /^(?:1|01|044|045)(\d{10})$/, is: '$1' },
  // Argentina: between the area and the number, 15 is dialled within the country only; from abroad, 9 before both.
  { code: '54', was: /^9?(?=\d{12}$)(\d{2,4})15(\d{6,8})$/, is: '9$1$2' },
  // Brazil, 2012 to 2016: mobiles, whose eight digits began with 6 to 9, got a 9 before them.
  { code: '55', was: /^0?([1-9]\d)([6-9]\d{7})$/, is: '$19$2' },
  // Benin, 2024: all numbers got 01 before them.
  { code: '229', was: /^(\d{8})$/, is: '01$1' },
  // Poland and others have no trunk prefix (any more), and it is still written.
  { code: '', was: /^0(\d+)$/, is: '$1' },
];

/** What a national number, that may not be one (any more), is now: the first that is likely comes first. */
export function renumbered(code: string, national: string): string[] {
  return RENUMBERINGS.filter((one) => (one.code === '' || one.code === code) && one.was.test(national)).map(
    ({ was, is }) => `+${code}${national.replace(was, is)}`,
  );
}
