import { Lexer, Source, TokenKind } from 'graphql';
import type { Token } from 'graphql';

/** Whatever nests in a document stands in brackets. */
const BRACKETS = /[[({]/g;
const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Inputs that hold others of their kind. What nests too deep in these is cut off where it is too deep by far, and left
 * to the one who reads them to refuse, with its place.
 */
export interface Nestable {
  /** The fields that lead from one to the next. */
  readonly fields: ReadonlySet<string>;
  /** A field that can hold an empty list, for what stands in place of what is cut off. */
  readonly empty: string;
}

/**
 * Bounds how deep a document nests, before it is parsed: GraphQL.js goes down as deep as the text does, at parsing and
 * ever after. This takes no stack, whatever the text.
 * @returns a text within the bound; null when there is none
 * @throws GraphQLError where the text is no GraphQL
 */
export function boundDocument(text: string, depth: number, { fields, empty }: Nestable): string | null {
  if ((text.match(BRACKETS)?.length ?? 0) <= depth) return text;
  const lexer = new Lexer(new Source(text));
  const cuts: { from: number; to: number; instead: string }[] = [];
  // The field that each bracket belongs to; a bracket in a list belongs to that of the list.
  const owners: string[] = [];
  let name = '';
  for (let token: Token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (token.kind === TokenKind.NAME) name = token.value;
    if (OPENING.has(token.kind)) {
      owners.push(token.prev?.kind === TokenKind.COLON ? name : (owners.at(-1) ?? ''));
      if (owners.length !== depth) continue;
      if (!fields.has(owners.at(-1) ?? '')) return null;
      const instead = token.kind === TokenKind.BRACE_L ? `${empty}: []` : '';
      cuts.push({ from: token.end, to: text.length, instead });
    } else if (CLOSING.has(token.kind)) {
      const [cut] = cuts.slice(-1);
      if (owners.length === depth && cut) cut.to = token.start;
      owners.pop();
    }
  }
  return cuts.reduceRight(
    (kept, { from, to, instead }) => kept.slice(0, from) + instead + kept.slice(to),
    text,
  );
}

/** The same for variables, which are changed: more than `depth` of the fields in one another are too many. */
export function boundVariables(variables: object, depth: number, { fields, empty }: Nestable): void {
  const left: { value: object; count: number }[] = [{ value: variables, count: 0 }];
  for (let one = left.pop(); one; one = left.pop()) {
    const record = one.value as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      const value = record[key];
      if (typeof value !== 'object' || value === null) continue;
      const count = one.count + (fields.has(key) ? 1 : 0);
      if (count <= depth) left.push({ value, count });
      else record[key] = Array.isArray(value) ? [] : { [empty]: [] };
    }
  }
}
