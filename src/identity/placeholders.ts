import { hash } from 'node:crypto';

/** Values of one origin that stand for nobody in particular. */
export interface Placeholders {
  /** Why nobody can be told by them. */
  reason: string;
  /** Compared as a whole, whatever the case, quotes and brackets around them. */
  values?: readonly string[];
  /** See `compilePatterns`. */
  patterns?: readonly string[];
}

/** A list that would take a line for each value. */
const list = (text: string): readonly string[] => text.split(', ');

/** What programs and people write where they know nobody. */
const NOBODY = list(
  'null, nil, none, undefined, unknown, anonymous, anon, guest, nobody, no one, no-one, noone, n/a, ' +
    'na, n.a., n/d, n.d., not available, not applicable, not set, not provided, not specified, ' +
    'unset, unspecified, unidentified, missing, empty, blank, void, default, invalid, tbd, ' +
    'not_authenticated, unauthenticated, not logged in, not_logged_in, notloggedin, logged_out, ' +
    'logged out, loggedout, opt-out, optout, opted_out, redacted, deleted, unbekannt, anonym, ' +
    'keine, inconnu, anonyme, aucun, desconocido, ninguno, anónimo, desconhecido, nenhum, ' +
    'sconosciuto, nessuno, onbekend, anoniem, geen, nieznany, brak, okänd, ukendt, ukjent, ' +
    'неизвестно, нет, 不明, 未知, 匿名',
);

/** What programs print for an absent value, and for several that a template puts together. */
const ABSENT = list('null, undefined, nan, none');
const ABSENT_TOGETHER = ABSENT.flatMap((word) => [
  ...ABSENT.map((other) => `${word}${other}`),
  word.repeat(3),
]);

/** For every kind of identifier that is an opaque text. */
const OPAQUE: readonly Placeholders[] = [
  { reason: 'Words for nobody, in several languages.', values: NOBODY },
  {
    reason: 'What programs print for a value that is absent, or no text.',
    values: [
      ...ABSENT_TOGETHER,
      ...list(
        'NaN, NaT, <NA>, -1, \\N, DBNull, Optional(nil), %!s(<nil>), true, false, Infinity, ' +
          '-Infinity, —, –, …, [native code], System.Object, function, object, string, 0x0, 0.0',
      ),
    ],
    patterns: ['^\\[object .*\\]$', '^#<.*>$'],
  },
  {
    reason: 'Errors of spreadsheets, in several languages.',
    values: list(
      '#N/A, #REF!, #VALUE!, #NAME?, #NULL!, #DIV/0!, #NUM!, #SPILL!, #CALC!, #ERROR!, #FIELD!, ' +
        '#BLOCKED!, #CONNECT!, #BUSY!, #GETTING_DATA, #UNKNOWN!, #NV, #BEZUG!, #WERT!, #ZAHL!, ' +
        '#N/D, #VALOR!, #NOMBRE?, #¡VALOR!, #¡REF!, #¡NUM!, #¡DIV/0!, #¿NOMBRE?, #NOME?, #VALORE!, ' +
        '#RIF!, #NOM?, #VALEUR!, #NOMBRE!, #NAAM?, #WAARDE!, #VERW!, #ARG!, #ADR!, #NAZWA?, #LICZBA!, ' +
        '#Н/Д, #ИМЯ?, #ЗНАЧ!, #ССЫЛКА!, #ЧИСЛО!, #ДЕЛ/0!',
    ),
  },
  {
    reason: 'Templates that nobody filled in: {{user_id}}, ${userId}, %user_id%, <user_id>, *|UNIQID|*.',
    values: ['%s', '%d', '%@', '%0', '%1', '%1$s', '%1$d'],
    patterns: [
      ...[
        '^\\{\\{.*\\}\\}$',
        '^[$#@]\\{.*\\}$',
        '^\\{%.*%\\}$',
        '^<%.*%>$',
        '^\\*\\|.*\\|\\*$',
        '^\\$\\(.*\\)$',
      ],
      ...['^%%?[A-Za-z_][A-Za-z0-9_. -]*%%?$', '^%7[Bb].*%7[Dd]$', '^%24%7[Bb].*%7[Dd]$'],
      ...['^<[A-Za-z_. -]+>$', '^\\{[A-Za-z_. -]+\\}$', '^\\[+[A-Za-z_. -]+\\]+$'],
      // In brackets there are ids as well: digits end the name of a field, or stand within one that ends in `id`.
      ...['<', '\\{', '\\['].flatMap((open, at) => {
        const close = ['>', '\\}', '\\]'][at] ?? '';
        return [
          `^${open}[A-Za-z][A-Za-z][A-Za-z_. -]*[0-9]?[0-9]?${close}$`,
          `^${open}[A-Za-z_][A-Za-z0-9_. -]*[iI][dD]${close}$`,
        ];
      }),
      ...['^:[A-Za-z_][A-Za-z0-9_.]*$', '^\\$[A-Za-z_][A-Za-z0-9_.]*$', '^__[A-Za-z_][A-Za-z0-9_]*__$'],
      ...['^\\{[0-9][0-9]?\\}$', '^\\[%.*%\\]$'],
    ],
  },
  {
    reason: 'Names of fields, as the header of a table or the example of a form gives them.',
    values: list(
      'id, uid, uuid, guid, user_id, userid, user-id, user id, customer_id, customerid, ' +
        'customer id, client_id, clientid, device_id, deviceid, external_id, externalid, ' +
        'distinct_id, anonymous_id, anonymousid, your_user_id, your-user-id, your_id, your-id, email, e-mail, ' +
        'changeme, change-me, replaceme, replace-me',
    ),
    patterns: [
      '^[yY][oO][uU][rR][_ -][A-Za-z_ -]*[hH][eE][rR][eE]$',
      '^[iI][nN][sS][eE][rR][tT][_ -][A-Za-z_ -]*[hH][eE][rR][eE]$',
    ],
  },
  {
    reason: 'What people type to try something out.',
    values: list(
      'test, testing, tester, test user, test_user, testuser, dummy, example, sample, foobar, ' +
        'asdf, qwerty',
    ),
    patterns: ['^[xX][xX][xX][xX_ -]*$'],
  },
  {
    reason:
      'Nothing but zeros, signs or white space: such ids are given to phones whose owners will not be tracked.',
    patterns: ['^[0-]*$', '^[ -/:-@\\[-`{-~]*$'],
  },
  {
    reason:
      'UUIDs of one digit alone (the nil UUID, the greatest one), and those of documents and of faulty generators.',
    values: [
      ...Array.from('0123456789abcdef', (digit) =>
        '00000000-0000-0000-0000-000000000000'.replaceAll('0', digit),
      ),
      // The nil UUID, once somebody has stamped a version and a variant on it.
      ...Array.from('12345678').flatMap((version) =>
        ['0000', '8000'].map((variant) => `00000000-0000-${version}000-${variant}-000000000000`),
      ),
      ...['123e4567-e89b-12d3-a456-426614174000', '550e8400-e29b-41d4-a716-446655440000'],
      ...['12345678-1234-1234-1234-123456789012', '12345678-1234-1234-1234-123456789abc'],
      ...['e3e70682-c209-4cac-629f-6fbed82c07cd', 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'],
      ...['03000200-0400-0500-0006-000700080009'],
    ],
  },
  {
    reason: 'Ids that many devices share: of the Android emulator, of faulty Androids, of test builds.',
    values: list(
      '9774d56d682e549c, ffffffffffffffff, dead00beef, lmy47d, 0123456789abcdef, 004999010640000, ' +
        '012345678912345',
    ),
  },
  {
    reason: 'MAC addresses that hide the real one (iOS, Android), address everybody, or are examples.',
    values: list(
      '02:00:00:00:00:00, 00:00:00:00:00:00, ff:ff:ff:ff:ff:ff, 00:11:22:33:44:55, ' +
        '12:34:56:78:9a:bc, aa:bb:cc:dd:ee:ff',
    ),
  },
  {
    reason: 'Digests (MD5, SHA-1, SHA-256) of an empty text and of words for nobody.',
    values: ['', ...list('null, undefined, none, nan, n/a, unknown')].flatMap((word) =>
      ['md5', 'sha1', 'sha256'].map((algorithm) => hash(algorithm, word)),
    ),
  },
];

const EXAMPLE_BOXES = list(
  'test, testing, example, sample, user, username, email, name, yourname, your.name, ' +
    'youremail, your.email, noreply, no-reply, donotreply',
);
const MADE_UP = list(
  'test, null, none, na, unknown, undefined, anonymous, guest, nobody, noemail, nomail, ' +
    'noreply, example, email, user, fake, dummy, asdf, qwerty, abc, xxx',
);

const EMAIL: readonly Placeholders[] = [
  {
    reason: 'Boxes that examples name, in the domains that are kept for examples (RFC 2606).',
    values: EXAMPLE_BOXES.flatMap((box) => ['com', 'org', 'net'].map((top) => `${box}@example.${top}`)),
  },
  {
    reason: 'The same word on both sides: what people type who do not give their address.',
    values: MADE_UP.flatMap((word) => [`${word}@${word}.com`, `${word}@${word}.${word}`]),
  },
  {
    reason: 'Other addresses that many people give in place of their own.',
    values: list(
      'test@gmail.com, test@mail.com, test@email.com, test@domain.com, none@noemail.com, ' +
        'no@email.com, noemail@email.com, none@email.com, noemail@gmail.com, nobody@nowhere.com, ' +
        'foo@bar.com, user@domain.com, name@domain.com, email@domain.com, your@email.com, ' +
        'your.email@email.com, youremail@email.com, name@company.com, name@email.com, ' +
        'first.last@email.com, not@provided.com, email@address.com',
    ),
  },
];

const PHONE: readonly Placeholders[] = [
  {
    reason: 'Numbers that end in eight equal digits.',
    patterns: Array.from({ length: 10 }, (_, digit) => `${String(digit).repeat(8)}$`),
  },
  {
    reason: 'Digits in their order in place of the whole national number.',
    patterns: ['^\\+[0-9][0-9]?[0-9]?1234567890$', '^\\+[2-9][0-9]123456789$', '^\\+[2-9][0-9]12345678$'],
  },
];

/** What is shipped, by how the values look: a list for each semantic type is made of these. */
export const PLACEHOLDERS = { OPAQUE, EMAIL, PHONE };
