import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/**
 * Something in the schema that has a name.
 * @typedef {object} Element
 * @property {string} place such as `Profile.events(first)`
 * @property {'type' | 'output' | 'argument' | 'input' | 'value'} sort
 * @property {string} name
 * @property {string | null | undefined} description
 * @property {import('graphql').GraphQLType} type of a type, itself
 * @property {import('graphql').GraphQLNamedType} parent the type that it belongs to
 * @property {readonly Element[]} args
 * @property {boolean} [isRoot] a field of Query, Mutation or Subscription
 * @property {boolean} [isMutation]
 * @property {boolean} [isPreview]
 */

/**
 * The patterns of the API. Each looks at one element of the schema and says what is wrong with it.
 * @type {Record<string, (element: Element, schema: { uses: Map<string, string[]>; queries: object[] }) => string | undefined>}
 */
const PATTERNS = {
  description: ({ description }) =>
    (description ?? '').trim().length < 4 ? 'has no description' : undefined,

  scopes: ({ description, isRoot }) =>
    isRoot &&
    !/^(?!.*\bNeeds .*\. Needs )(.*\. )?Needs (any key|[A-Z_]+( or [A-Z_]+)*)\.$/s.test(description ?? '')
      ? 'must end with the scopes it needs, said once, such as "Needs READ or MANAGE."'
      : undefined,

  spelling: ({ name, description }) => {
    const found = BRITISH.exec(`${name} ${description}`);
    return found ? `is spelled in the British way: ${found[0]}` : undefined;
  },

  words: ({ name, description }) => {
    if (OLD_NAMES.has(name)) return `has a name that is not used: ${name}`;
    const found = NOT_SAID.exec(description ?? '');
    return found ? `says "${found[0].trim()}", which docs and style do without` : undefined;
  },

  nullable: ({ type, isMutation, isPreview }) =>
    (isMutation || isPreview) && isNonNullType(type) ? 'must be nullable' : undefined,

  input: ({ name, args, isMutation }, { uses }) => {
    if (!isMutation) return undefined;
    const expected = `${capitalized(name)}Input`;
    if (args.map((one) => `${one.name}: ${String(one.type)}`).join() !== `input: ${expected}!`)
      return `must take one argument, input: ${expected}!`;
    const others = (uses.get(expected) ?? []).filter(
      (user) => user !== `Mutation.${name}(input)` && !user.startsWith('Query.preview'),
    );
    return others.length > 0 ? `shares ${expected} with ${others.join(', ')}` : undefined;
  },

  payload: ({ name, type, isMutation }) => {
    if (!isMutation) return undefined;
    const payload = getNamedType(type);
    const verb = capitalized(name);
    const thing = name.replace(/^[a-z]+/, '');
    const allowed = name.startsWith('delete') ? [`${verb}Payload`] : [`${thing}Payload`, `${verb}Payload`];
    if (!isObjectType(payload) || !allowed.includes(payload.name))
      return `must answer with ${allowed.join(' or ')}`;
    const { userErrors, ...fields } = payload.getFields();
    if (String(userErrors?.type) !== '[UserError!]!') return `needs userErrors in ${payload.name}`;
    const required = Object.values(fields).filter((field) => isNonNullType(field.type));
    if (required.length > 0)
      return `has what is not nullable in ${payload.name}: ${required.map((field) => field.name).join(', ')}`;
    if (name.startsWith('delete') && String(fields.deletedId?.type) !== 'ID')
      return `needs deletedId in ${payload.name}`;
    return undefined;
  },

  unchanged: ({ name, type, isMutation, args }) => {
    if (!isMutation || !name.startsWith('update')) return undefined;
    const [input] = args.map((one) => getNamedType(one.type));
    return isInputObjectType(input) && input.getFields().ifUnchangedSince
      ? undefined
      : `needs ifUnchangedSince in ${input ? String(input) : String(type)}`;
  },

  definition: ({ name, type, isMutation }, { queries }) => {
    if (!isMutation || !name.startsWith('define')) return undefined;
    const payload = getNamedType(type);
    const [defined] = Object.values(isObjectType(payload) ? payload.getFields() : {})
      .map((field) => getNamedType(field.type))
      .filter((one) => isObjectType(one) && one.name !== 'UserError');
    if (!defined?.getInterfaces().some((one) => one.name === 'Definition'))
      return `defines ${String(defined)}, which does not implement Definition`;
    return queries.some((field) => getNullableType(field.type) === defined)
      ? undefined
      : `defines ${String(defined)}, and no query finds one by its key`;
  },

  node: ({ sort, type }) =>
    sort === 'type' &&
    isObjectType(type) &&
    type.getFields().id &&
    !type.getInterfaces().some((one) => one.name === 'Node')
      ? 'has an id and is no Node'
      : undefined,

  list: ({ sort, type, description, parent }) => {
    if (sort !== 'output' || !isListType(getNullableType(type)) || isPartOfPage(parent.name))
      return undefined;
    if (getNamedType(type).name === 'UserError' || /\bat most [\d,]+/i.test(description ?? ''))
      return undefined;
    return 'must be a connection, or say how many there can be ("at most 20")';
  },

  pages: ({ sort, type, args }) => {
    if (sort !== 'output' || !getNamedType(type).name.endsWith('Connection')) return undefined;
    const missing = ['first', 'after', 'last', 'before'].filter(
      (one) => !args.some(({ name }) => name === one),
    );
    return missing.length > 0 ? `must be walked both ways; it lacks ${missing.join(', ')}` : undefined;
  },

  boolean: ({ sort, name, type }) => {
    if (sort === 'type' || sort === 'value' || !isOf(type, 'Boolean') || /^(is|can|has)[A-Z]/.test(name))
      return undefined;
    return sort !== 'output' && ASKED.has(name) ? undefined : 'must be called isX, canX or hasX';
  },

  date: ({ sort, name, type }) => {
    if (sort === 'type' || sort === 'value') return undefined;
    const isDate = isOf(type, 'DateTime');
    if (isDate && !/[a-z]At$/.test(name) && !(sort !== 'output' && INSTANTS.has(name)))
      return 'must be a participle and At, such as createdAt';
    return !isDate && /[a-z]At$/.test(name) && !isOf(type, 'Date')
      ? 'is called like an instant and is none'
      : undefined;
  },

  orderBy: ({ name, sort, type }) => {
    if (sort !== 'argument' || name !== 'orderBy') return undefined;
    const order = getNamedType(type);
    if (!isInputObjectType(order) || String(getNullableType(type)) !== `[${order.name}!]`)
      return 'must be a list of inputs, such as [ProfileOrder!]';
    const { field, direction, ...others } = order.getFields();
    const isFit =
      order.name.endsWith('Order') &&
      String(field?.type) === `${order.name}Field!` &&
      String(direction?.type) === 'OrderDirection!' &&
      direction.defaultValue === 'ASC' &&
      Object.keys(others).length === 0;
    return isFit
      ? undefined
      : `must be of an input XOrder { field: XOrderField!  direction: OrderDirection! = ASC }`;
  },

  filter: ({ name, sort, type }) =>
    sort === 'argument' && name === 'filter' && !/^[A-Z]\w+FilterInput$/.test(getNamedType(type).name)
      ? 'must be of a type called XFilterInput'
      : undefined,

  inputName: ({ sort, type, name }) =>
    sort === 'type' && isInputObjectType(type) && !/(Input|Order)$/.test(name)
      ? 'must be called XInput'
      : undefined,
};

const BRITISH =
  /\b\w*(normalis|localis|organis|serialis|recognis|authoris|summaris|prioritis|initialis|minimis|maximis|analys(e[ds]?|ing)\b|colour|behaviour|favour|honour|neighbour|labour|cancell|labell|travell|modell|signall|centre|metre|licence|defence|catalogue|grey|judgement|whilst|programme\b)\w*/i;

/** Words that style.md does without, and sentences that begin in a way that asks for a second reading. */
const NOT_SAID =
  /\b(anew|likewise|whoever|thereby|reckon\w*|mend\w*|nobody has said|as shipped|a shipped one|shipped)\b|(^|[.:;] )(Of|Who) /;

const OLD_NAMES = new Set(['shipped', 'help', 'holds', 'causesMerges', 'normaliser']);

/** What inputs may ask for in the imperative. */
const ASKED = new Set(['allowUndefined', 'replay', 'includeDescendants', 'exists']);

/** What instants are called in inputs and arguments beside `…At`. */
const INSTANTS = new Set(['from', 'to', 'asOf', 'ifUnchangedSince']);

/** Where a pattern does not hold, and why. */
export const EXCEPTIONS = {
  'list UserError.path': 'It is as long as the input is deep, which docs/errors.md bounds.',
  'list Profile.attributes': 'They lie in the profile itself and are read with it; `keys` asks for some.',
  'list MergePreview.attributes': 'As Profile.attributes.',
  'payload Mutation.ingest': 'Each item is answered by itself, with errors of its own.',
  'boolean QuarantineSelectionInput.all': 'One of three ways to name items, beside `ids` and `filter`.',
  'date SegmentChange.at': 'A change is an instant by nature, and every subscriber reads this field.',
  'date Consent.at': 'The word of ingest: what was sent as `at` is read as `at`.',
  'date ConsentChange.at': 'As Consent.at.',
  'date ConsentInput.at': 'The word of ingest, in which integrators write.',
  'date VerifiedInput.at': 'As ConsentInput.at.',
};

/**
 * Everything that does not follow the patterns.
 * @param {import('graphql').GraphQLSchema} schema
 * @param {Readonly<Record<string, string>>} exceptions by `pattern place`, each with its reason
 * @returns {{ key: string; fault: string }[]} `key` is `pattern place`
 */
export function faultsOf(schema, exceptions = {}) {
  const elements = elementsOf(schema);
  const uses = Map.groupBy(
    elements.filter(({ sort }) => sort === 'argument' || sort === 'input'),
    ({ type }) => getNamedType(type).name,
  );
  const seen = {
    uses: new Map([...uses].map(([name, users]) => [name, users.map(({ place }) => place)])),
    queries: Object.values(schema.getQueryType()?.getFields() ?? {}),
  };
  const found = elements.flatMap((element) =>
    Object.entries(PATTERNS).flatMap(([pattern, look]) => {
      const fault = look(element, seen);
      return fault === undefined ? [] : [{ key: `${pattern} ${element.place}`, fault }];
    }),
  );
  const idle = Object.keys(exceptions).filter((key) => !found.some((one) => one.key === key));
  return [
    ...found.filter(({ key }) => !Object.hasOwn(exceptions, key)),
    ...idle.map((key) => ({ key, fault: 'is an exception of lint-schema.js that is not needed' })),
  ];
}

/** @returns {Element[]} everything in the schema that has a name */
function elementsOf(schema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      const { name, description } = type;
      return [
        { place: name, sort: 'type', name, description, type, parent: type, args: [] },
        ...membersOf(type),
      ];
    });
}

function membersOf(type) {
  const element = (sort, of, rest) => ({
    ...{ place: `${type.name}.${of.name}`, sort, name: of.name, description: of.description, type: of.type },
    ...{ parent: type, args: [], ...rest },
  });
  if (isEnumType(type)) return type.getValues().map((value) => element('value', value, { type }));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => element('input', field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const args = field.args.map((one) =>
      element('argument', one, { place: `${type.name}.${field.name}(${one.name})` }),
    );
    const roles = {
      isRoot: ['Query', 'Mutation', 'Subscription'].includes(type.name),
      isMutation: type.name === 'Mutation',
      isPreview: type.name === 'Query' && field.name.startsWith('preview'),
    };
    return [element('output', field, { args, ...roles }), ...args];
  });
}

function isOf(type, name) {
  return getNamedType(type).name === name;
}

function isPartOfPage(name) {
  return name.endsWith('Connection') || name.endsWith('Edge');
}

function capitalized(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));
  const found = faultsOf(schema, EXCEPTIONS);
  for (const { key, fault } of found) {
    const [pattern, ...place] = key.split(' ');
    console.error(`${place.join(' ')} ${fault} (${pattern})`);
  }
  process.exitCode = found.length > 0 ? 1 : 0;
}
