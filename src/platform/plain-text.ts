/** Invisible and of no meaning wherever it stands: soft hyphens, zero-width spaces, marks of direction, joiners of words. */
const NOISE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/** All that is invisible. Some of it has a meaning within words: joiners of letters, variants of a character. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Latin letters and what comes before them: nothing to compose, and mostly that is all. */
const BEYOND_LATIN = /[^\0-\u02ff]/;
const VISIBLE_ASCII = /^[!-~](?:[ -~]*[!-~])?$/;

/** A text in Unicode's composed form (NFC), in which one text has one spelling. Nothing that is seen is lost. */
export function composed(text: string): string {
  return BEYOND_LATIN.test(text) ? text.normalize('NFC') : text;
}

/** Values with their texts `composed`. */
export function composedTexts(values: readonly unknown[]): unknown[] {
  return values.map((value) => (typeof value === 'string' ? composed(value) : value));
}

/** A name in the spelling under which it is kept: composed (NFC), without white space and invisible characters around it. */
export function canonicalKey(text: string): string {
  if (VISIBLE_ASCII.test(text)) return text;
  let [from, until] = [0, text.length];
  while (from < until && BLANK.test(text.charAt(from))) from += 1;
  while (until > from && BLANK.test(text.charAt(until - 1))) until -= 1;
  return composed(text.slice(from, until));
}

/** As `canonicalKey`, and without invisible characters that have no meaning within it either. */
export function canonicalId(text: string): string {
  return VISIBLE_ASCII.test(text) ? text : canonicalKey(text.replace(NOISE, ''));
}

/** A text as somebody would type it who sees it: compatible characters (NFKC) such as full-width ones are the plain ones. */
export function plainText(text: string): string {
  return VISIBLE_ASCII.test(text) ? text : text.normalize('NFKC').replace(INVISIBLE, '').trim();
}
