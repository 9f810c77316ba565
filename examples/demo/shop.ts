import type { IngestItemInput } from 'onefold/client';
import { Random } from './random.ts';
import { CONTACTS, FIRST_NAMES, LAST_NAMES, PAGES, PLACES, PRODUCTS, TIERS } from './wares.ts';

export interface Shop {
  seed: number;
  customers: number;
}

interface Customer {
  number: number;
  /** Begins the external id of everything that the customer does. */
  name: string;
  identifiers: IngestItemInput['identifiers'];
  /** A day on which the first one came. Days are counted from 1970. */
  since: number;
  /** Purchases a month, while in the mood to buy. */
  eagerness: number;
}

type Identifiers = IngestItemInput['identifiers'];

const DAY_MS = 86_400_000;
const OPENED = Math.floor(Date.parse('2023-01-02T00:00:00Z') / DAY_MS);
const MOOD_DAYS = 75;

function customer({ seed }: Shop, number: number): Customer {
  const random = new Random(seed, 'customer', number);
  const name = seed === 1 ? `demo-${number}` : `demo-${seed}-${number}`;
  return {
    number,
    name,
    identifiers: identifiersOf(name, number, person(seed, number)),
    since: OPENED + random.whole(0, 600),
    eagerness: number === 1 ? 3 : 0.2 + 2.5 * random.next() ** 2,
  };
}

/** First all who ever signed up, then what they did in the `days` days until now, day by day. */
export function* history(shop: Shop, days: number, now: Date): Generator<IngestItemInput, void, undefined> {
  const today = Math.floor(now.getTime() / DAY_MS);
  const customers = Array.from({ length: shop.customers }, (_, index) => customer(shop, index + 1));
  for (const one of customers) yield signUp(shop, one);
  for (let day = today - days + 1; day < today; day += 1)
    for (const one of customers) yield* doings(shop, one, day);
  for (const one of customers)
    for (const item of doings(shop, one, today)) if (new Date(item.occurredAt!) <= now) yield item;
}

/** Who it is. The item that brings all identifiers together comes first, so that those after it can use any of them. */
function signUp({ seed }: Shop, { name, number, identifiers, since }: Customer): IngestItemInput {
  const random = new Random(seed, 'sign-up', number);
  const { firstName, lastName, country, city, birthDate } = person(seed, number);
  return {
    externalId: `${name}-signed-up`,
    identifiers,
    occurredAt: instant(since, random),
    type: 'signed_up',
    properties: { channel: random.pick(['web', 'app', 'store']) },
    attributes: {
      ...{ firstName, lastName, city, country, birthDate },
      tier: 'bronze',
      language: { GB: 'en', US: 'en', DE: 'de', FR: 'fr' }[country],
      interests: [...new Set([random.pick(PRODUCTS).category, random.pick(PRODUCTS).category])],
      newsletter: random.chance(0.6),
    },
  };
}

/**
 * What a customer does on a day. It hangs on nothing but the seed, the customer and the day: whoever runs the demo
 * again tomorrow sends the same history once more, and one day besides.
 */
function* doings(shop: Shop, who: Customer, day: number): Generator<IngestItemInput, void, undefined> {
  if (day <= who.since) return;
  const random = new Random(shop.seed, 'day', who.number, day);
  const mood = new Random(shop.seed, 'mood', who.number, Math.floor((day + who.number) / MOOD_DAYS));
  const buying = mood.chance(who.number === 1 ? 1 : 0.55);
  const id = (what: string) => `${who.name}-${date(day)}-${what}`;
  if (random.chance(buying ? 0.08 : 0.02)) yield visit(who, id('visit'), instant(day, random), random);
  if (buying && random.chance(who.eagerness / 30))
    yield purchase(who, id('purchase'), instant(day, random), random);
  if (random.chance(0.004)) yield contact(who, id('contact'), instant(day, random), random);
  if (random.chance(who.eagerness / 900)) yield tierChange(who, id('tier'), instant(day, random), random);
}

/** Anything that anybody might do right now. */
export function somethingNew(shop: Shop, random: Random, externalId: string): IngestItemInput {
  const who = customer(shop, random.whole(1, shop.customers));
  const what = random.pick([visit, visit, visit, purchase, purchase, contact, tierChange]);
  return what(who, externalId, new Date().toISOString(), random);
}

function visit(who: Customer, externalId: string, occurredAt: string, random: Random): IngestItemInput {
  const pages = Array.from({ length: random.whole(1, 6) }, () => random.pick(PAGES));
  // Mostly nobody has logged in: only the device tells who it is.
  const identifiers = random.chance(0.7) ? only(who, 'device') : who.identifiers;
  return {
    externalId,
    identifiers,
    occurredAt,
    type: 'visit',
    properties: { pages, seconds: random.whole(5, 900) },
  };
}

function purchase(who: Customer, externalId: string, occurredAt: string, random: Random): IngestItemInput {
  const lines = Array.from({ length: random.whole(1, 3) }, () => {
    const { sku, name, category, price } = random.pick(PRODUCTS);
    return { sku, name, category, price, quantity: random.chance(0.8) ? 1 : 2 };
  });
  const cents = lines.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0);
  const properties = {
    total: cents / 100,
    currency: 'EUR',
    categories: [...new Set(lines.map(({ category }) => category))],
    lines,
  };
  return { externalId, identifiers: only(who, 'external'), occurredAt, type: 'purchase', properties };
}

function contact(who: Customer, externalId: string, occurredAt: string, random: Random): IngestItemInput {
  const byMail = random.chance(0.6);
  return {
    externalId,
    identifiers: only(who, byMail ? 'email' : 'phone'),
    occurredAt,
    type: 'service_contact',
    properties: {
      channel: byMail ? 'email' : 'phone',
      ...random.pick(CONTACTS),
      minutes: random.whole(2, 40),
    },
  };
}

function tierChange(who: Customer, externalId: string, occurredAt: string, random: Random): IngestItemInput {
  const tier = random.pick(TIERS);
  return {
    externalId,
    identifiers: only(who, 'external'),
    occurredAt,
    type: 'tier_changed',
    properties: { tier },
    attributes: { tier },
  };
}

/** The first customer is somebody that the docs and GraphiQL can speak of. */
function person(seed: number, number: number) {
  const random = new Random(seed, 'person', number);
  const place = random.pick(PLACES);
  const born = new Date(Date.UTC(random.whole(1945, 2006), random.whole(0, 11), random.whole(1, 28)));
  const somebody = {
    firstName: random.pick(FIRST_NAMES),
    lastName: random.pick(LAST_NAMES),
    country: place.country as string,
    city: random.pick<string>(place.cities),
    birthDate: born.toISOString().slice(0, 10),
    place,
  };
  if (number !== 1) return somebody;
  const [britain] = PLACES;
  const ada = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    country: 'GB',
    city: 'London',
    birthDate: '1985-12-10',
  };
  return { ...ada, place: britain };
}

function identifiersOf(
  name: string,
  number: number,
  { firstName, lastName, place }: ReturnType<typeof person>,
): Identifiers {
  const mailbox = `${firstName}.${lastName}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
  // There are only so many numbers that are kept for stories. Whoever comes later, or into another seed's shop, has none.
  const mayHavePhone = name === `demo-${number}` && number < 10 ** place.digits;
  const phone = mayHavePhone ? `${place.phone}${String(number).padStart(place.digits, '0')}` : null;
  return [
    { namespace: 'external', value: name },
    // Never an address that examples elsewhere use: it would make their people and this customer one.
    { namespace: 'email', value: `${mailbox}.${name}@example.com` },
    ...(phone ? [{ namespace: 'phone', value: phone }] : []),
    { namespace: 'device', value: `device-${name}` },
  ];
}

/** One of the identifiers; whoever has not told that one is known by the first. */
function only({ identifiers }: Customer, namespace: string): Identifiers {
  return [identifiers.find((one) => one.namespace === namespace) ?? identifiers[0]!];
}

function date(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function instant(day: number, random: Random): string {
  return new Date(day * DAY_MS + random.whole(6 * 3600, 22 * 3600) * 1_000).toISOString();
}
