/** Bytes of JSON that are read in a moment, whatever they are. */
const SHORT = 256 * 1024;
/** What `JSON.parse` takes its time for: half a microsecond for a key, one for an object. */
const MOST = { containers: 100_000, keys: 300_000, values: 500_000 };

const [QUOTE, BACKSLASH, COMMA, COLON, BRACKET, BRACE] = Buffer.from('"\\,:[{');

/**
 * Whether JSON as it came is more than is read at once: 5 MB of `{}` take `JSON.parse` half a second. It looks at
 * what is outside texts, which is quick.
 */
export function isTooMuchJson(text: Buffer): boolean {
  if (text.length <= SHORT) return false;
  let [containers, keys, values] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at];
    if (byte === QUOTE) at = endOfText(text, at + 1);
    else if (byte === COMMA) values += 1;
    else if (byte === COLON) keys += 1;
    else if (byte === BRACE || byte === BRACKET) containers += 1;
  }
  return containers > MOST.containers || keys > MOST.keys || values > MOST.values;
}

/** Where the quotation mark is that ends the text. */
function endOfText(text: Buffer, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const byte = text[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return text.length;
}
