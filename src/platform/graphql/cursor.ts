import { hash } from 'node:crypto';
import { OnefoldError } from '../errors.js';

/** The values that order a list, as JSON scalars. */
export type SortKey = readonly (string | number)[];

/** 96 bits as base64url. */
const SEAL_LENGTH = 16;
/** Twice what the longest place takes: names have 200 characters, values 256, and JSON escapes each with six. */
const MAX_LENGTH = 4_000;

/**
 * Gives out the cursors of an installation. Each is sealed with a secret, so that reading one proves that it was given
 * out here, for exactly that list: the place in it can be trusted.
 */
export class Cursors {
  /** @param secret the same on all servers of the installation, and for as long as its cursors are to last */
  constructor(private readonly secret: string) {}

  /** @param list what distinguishes this list: workspace, parent, filter, order */
  of(list: unknown): ListCursors {
    return new ListCursors(this.secret, list);
  }
}

/** The cursors of one list. */
export class ListCursors {
  /** Made when a cursor is: many pages need none. */
  private key: string | undefined;

  constructor(
    private readonly secret: string,
    private readonly list: unknown,
  ) {}

  at(place: SortKey): string {
    const text = Buffer.from(JSON.stringify(place)).toString('base64url');
    return this.seal(text) + text;
  }

  /** @throws OnefoldError CURSOR_INVALID that names the argument */
  read(cursor: string, argument: string): SortKey {
    const text = cursor.slice(SEAL_LENGTH);
    if (cursor.length > MAX_LENGTH || this.seal(text) !== cursor.slice(0, SEAL_LENGTH))
      throw new OnefoldError('CURSOR_INVALID', { path: [argument] });
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as SortKey;
  }

  /**
   * A key before the text is all that SHA-512/256 needs to authenticate it: what it gives away cannot be extended. It
   * takes a third of the time of an HMAC, and the change log gives out a cursor with every change.
   */
  private seal(text: string): string {
    this.key ??= hash('sha512-256', this.secret + JSON.stringify(this.list), 'base64url');
    return hash('sha512-256', this.key + text, 'base64url').slice(0, SEAL_LENGTH);
  }
}
