import { ArrayType } from '@mikro-orm/postgresql';

/**
 * A column of type text[] that keeps any text. MikroORM's own type quotes only what it takes to need it: it would
 * write the text `null` as NULL, and lose white space at the ends.
 */
export class TextArray extends ArrayType<string> {
  override convertToDatabaseValue(value: string[] | null): string | null {
    if (value === null) return null;
    return `{${value.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
  }
}
