/** What stands before an extension, as people write it: a word of their language, or a sign. */
const LABELS = [
  ...['ext(?:ensi[oó]n|n)?', 'extensão', 'xtn', 'anexo', 'interno?', 'int', 'ramal', 'poste'],
  ...[
    'durchwahl',
    'dw',
    'nebenstelle',
    'apparat',
    'app',
    'klappe',
    'kl',
    'toestel',
    'tst',
    'anknytning',
    'ankn',
  ],
  ...[
    'lokal(?:nr)?',
    'lok',
    'linje',
    'alanumero',
    'wew(?:n[eę]trzny)?',
    'linka',
    'klapka',
    'mellék',
    'dahili',
  ],
  ...['добавочный', 'доб', 'внутренний', 'внутр', 'вн', 'εσωτ(?:ερικό)?', 'שלוחה', 'تحويلة', 'داخلي'],
  ...['内線', '分机', '分機', '转', '轉', '내선', '[x×#~]', '[,;]', 'p', 'w'],
];
/** No two repetitions that stand beside each other take the same sign: on a row of it they would try every division. */
const LABELLED = new RegExp(
  `(?<![\\s,;.:/([-])[\\s,;.:/([-]*(?:${LABELS.join('|')})[\\s.:=#-]*(?:n[ro]\\b[\\s.:=#-]*)?(?:(\\d{1,20})#?\\s*)?[)\\]]?$`,
  'iu',
);
/** As Americans write it: the sign comes last. */
const TRAILING_SIGN = /[\s-]+(\d{1,6})#$/;

/** Parts a number from its extension; null = it has none. A label without digits says nothing. */
export function partExtension(text: string): { number: string; extension: string | null } {
  const found = TRAILING_SIGN.exec(text) ?? LABELLED.exec(text);
  return found
    ? { number: text.slice(0, found.index), extension: found[1] === '' ? null : (found[1] ?? null) }
    : { number: text, extension: null };
}
