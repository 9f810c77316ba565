/**
 * Tells by its name whether a value that nobody has defined looks personal: contact data, names, births, official
 * numbers and whereabouts, in English, Dutch, French, German, Spanish and some Italian and Portuguese.
 *
 * A name that is masked for no reason costs one definition (`isPersonal: false`); one that is shown for no reason cannot
 * be taken back. So the lists are generous. City and country are left out: they say too little of one person, and
 * analysts need them.
 */

/** Whole words, or up to three words in a row: `birth_date`, `dateOfBirth`, `e-mail`. */
const WORDS: ReadonlySet<string> = new Set(
  `
  email emails mail mails emailaddress courriel correo correoelectronico
  tel telno telnr fax gsm handy handynummer portable cellulare celular msisdn rufnummer festnetz whatsapp telegram
  calle rue domicilio wohnort woonplaats anschrift hausnummer huisnummer housenumber apartment
  zip plz postleitzahl codepostal codigopostal pobox postbox latitude longitude lat lng lon gps
  dob bday born geboren datenaissance fechanacimiento cumpleanos anniversaire dateofbirth dateofdeath
  initials prenom apellido apellidos sobrenome tussenvoegsel pseudo handle
  iban bic bankaccount accountnumber kontonummer rekeningnummer cardnumber creditcard cvv cvc
  ssn socialsecurity socialsecuritynumber sozialversicherungsnummer nationalid nationalnumber nationalidentifier
  insz niss nir nrn bsn burgerservicenummer rijksregisternummer rijksregister secu dni nie nif curp cpf nino nhs
  nhsnumber taxid taxnumber steuerid steuernummer codicefiscale personnummer identitycard idcard idnumber ausweis
  personalausweis identiteitskaart carteidentite driverlicense driverslicense drivinglicence licenseplate kenteken
  ip ips ipv
  `
    .trim()
    .split(/\s+/),
);

/** What a word begins or ends with: `emailadresse`, `homephone`, `Lieferstrasse`, `geburtsdatum`. */
const STEMS = [
  ...['email', 'mailad', 'telephon', 'telefon', 'telefoon', 'phone', 'mobil', 'mobiel', 'movil'],
  ...[
    'street',
    'straat',
    'strasse',
    'address',
    'adress',
    'adres',
    'direccion',
    'indirizzo',
    'endereco',
    'morada',
  ],
  ...['postal', 'postcode', 'zipcode'],
  ...['birth', 'geburt', 'geboort', 'naissance', 'nacimiento', 'nascimento', 'nascita'],
  ...['passport', 'passeport', 'pasaporte', 'paspoort', 'reisepass'],
];
const STEM = new RegExp(`^(${STEMS.join('|')})|(${STEMS.join('|')}|mail)(e|es|s)?$`);
/** Things that end like a phone. */
const NO_PHONE = /^(head|ear|micro|smart|saxo|xylo|mega|i)phones?$/;

/** A name is a person's, unless the word before it says that it is a thing's: `productName`, `plan.name`. */
const NAME = /^(.*?)(names?|naam|namen|nom|noms|nombres?|nome)$/;
const THINGS: ReadonlySet<string> = new Set(
  `
  action airline airport album app article artikel artikelgruppe attribute brand browser bundle button campaign carrier
  category channel city class cluster code collection column company component content country coupon course currency
  department discount domain event experiment feature field file firm firma flow form game group hotel item journey key
  kampagne land language layer library line list locale market marque marke medium merk merchant model module network
  offer operator option organisation organization os package page path pipeline plan platform plugin produit product
  produkt producto program programme project promotion property provider query region resource role route school screen
  search section segment server service set shop show site sku soort source stage state status step store stadt system
  tab table tag task team template term test theme ticket tier tool topic type variable variant variation vendor venue
  version video view widget workflow workspace host
  `
    .trim()
    .split(/\s+/),
);

const known = new Map<string, boolean>();
/** The names are those that sources send: there is no end to them. */
const MAX_KNOWN = 10_000;

/** @param path a key, or keys from the outermost inwards with dots between: `customer.email` */
export function looksPersonal(path: string): boolean {
  let answer = known.get(path);
  if (answer === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(path, (answer = isPersonalAmong(wordsOf(path))));
  }
  return answer;
}

function isPersonalAmong(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const [pair, triple] = [2, 3].map((count) => words.slice(index, index + count).join(''));
    return (
      [word, pair, triple].some((one) => one !== undefined && WORDS.has(one)) ||
      [word, pair].some((one) => one !== undefined && STEM.test(one) && !NO_PHONE.test(one)) ||
      isNameOfPerson(word, words[index - 1])
    );
  });
}

function isNameOfPerson(word: string, before = ''): boolean {
  const name = NAME.exec(word);
  if (!name) return false;
  const owner = name[1] || before;
  return (
    !THINGS.has(owner) && !THINGS.has(owner.replace(/s$/, '')) && !THINGS.has(owner.replace(/ies$/, 'y'))
  );
}

/** In lower case, without accents or numbers: `IPAddress1` has the words `ip` and `address`. */
function wordsOf(path: string): string[] {
  return path
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replace(/(\p{Ll})(\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}
