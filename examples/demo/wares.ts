/** What the shop sells, in EUR. */
export const PRODUCTS = [
  { sku: 'LAMP-01', name: 'Desk lamp', category: 'home', price: 49.9 },
  { sku: 'LAMP-02', name: 'Floor lamp', category: 'home', price: 129 },
  { sku: 'RUG-01', name: 'Wool rug', category: 'home', price: 219 },
  { sku: 'MUG-01', name: 'Stoneware mug', category: 'kitchen', price: 14.5 },
  { sku: 'PAN-01', name: 'Cast-iron pan', category: 'kitchen', price: 64 },
  { sku: 'KNIFE-01', name: "Chef's knife", category: 'kitchen', price: 89 },
  { sku: 'COFFEE-01', name: 'Coffee beans, 1 kg', category: 'food', price: 18.9 },
  { sku: 'TEA-01', name: 'Darjeeling, 250 g', category: 'food', price: 12.4 },
  { sku: 'OIL-01', name: 'Olive oil, 0.75 l', category: 'food', price: 15.8 },
  { sku: 'BOOK-01', name: 'Notebook', category: 'paper', price: 9.9 },
  { sku: 'PEN-01', name: 'Fountain pen', category: 'paper', price: 34 },
  { sku: 'BAG-01', name: 'Canvas bag', category: 'travel', price: 39 },
  { sku: 'CASE-01', name: 'Cabin suitcase', category: 'travel', price: 179 },
  { sku: 'RADIO-01', name: 'Kitchen radio', category: 'electronics', price: 99 },
  { sku: 'PHONES-01', name: 'Headphones', category: 'electronics', price: 149 },
] as const;

/** Where people come from. The numbers begin with ranges that are kept for films and books: nobody is called there. */
export const PLACES = [
  { country: 'GB', cities: ['London', 'Leeds', 'Bristol', 'Glasgow'], phone: '+44 7700 900', digits: 3 },
  { country: 'DE', cities: ['Berlin', 'Hamburg', 'Leipzig', 'Köln'], phone: '+49 30 23125', digits: 3 },
  { country: 'FR', cities: ['Paris', 'Lyon', 'Nantes', 'Lille'], phone: '+33 6 39 98', digits: 4 },
  { country: 'US', cities: ['New York', 'Portland', 'Austin', 'Boston'], phone: '+1 212 555 01', digits: 2 },
] as const;

export const FIRST_NAMES = [
  ...['Alice', 'Amir', 'Anna', 'Ben', 'Camille', 'Chen', 'Clara', 'Daniel', 'Elif', 'Emma', 'Fatou', 'Felix'],
  ...['Grace', 'Hannah', 'Hugo', 'Ines', 'Jakob', 'Jules', 'Kenji', 'Lea', 'Liam', 'Lina', 'Louis', 'Maja'],
  ...['Marie', 'Mateo', 'Mia', 'Nadia', 'Noah', 'Nora', 'Oliver', 'Omar', 'Paul', 'Priya', 'Rosa', 'Samuel'],
  ...['Sofia', 'Theo', 'Tom', 'Yara', 'Zoë'],
];

export const LAST_NAMES = [
  ...[
    'Adams',
    'Bauer',
    'Becker',
    'Bernard',
    'Brown',
    'Clark',
    'Costa',
    'Dubois',
    'Evans',
    'Fischer',
    'Garcia',
  ],
  ...[
    'Hall',
    'Hoffmann',
    'Ito',
    'Jackson',
    'Keller',
    'Khan',
    'Lambert',
    'Lewis',
    'Martin',
    'Meyer',
    'Moreau',
  ],
  ...[
    'Müller',
    'Nguyen',
    "O'Neill",
    'Okafor',
    'Patel',
    'Petit',
    'Richter',
    'Roux',
    'Schmidt',
    'Singh',
    'Smith',
  ],
  ...['Taylor', 'Vogel', 'Wagner', 'Walker', 'Weber', 'White', 'Wright', 'Young'],
];

export const TIERS = ['bronze', 'silver', 'gold', 'platinum'] as const;

export const CONTACTS = [
  { topic: 'delivery', sentiment: 'negative', text: 'The parcel is a week late.' },
  { topic: 'delivery', sentiment: 'neutral', text: 'Can I change the address?' },
  { topic: 'returns', sentiment: 'negative', text: 'It broke on the second day.' },
  { topic: 'returns', sentiment: 'neutral', text: 'How do I send this back?' },
  { topic: 'product', sentiment: 'positive', text: 'Best pan I have ever had.' },
  { topic: 'product', sentiment: 'neutral', text: 'Does the lamp take E27 bulbs?' },
  { topic: 'account', sentiment: 'positive', text: 'Thank you, that was quick!' },
] as const;

export const PAGES = [
  '/',
  '/new',
  '/sale',
  '/home',
  '/kitchen',
  '/food',
  '/paper',
  '/travel',
  '/electronics',
] as const;
