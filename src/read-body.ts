import express from 'express';
import type { Request, RequestHandler } from 'express';
import { senderOf } from './identify.js';
import { KEYLESS_BYTES, REQUEST_BYTES } from './platform/graphql/index.js';
import { isTooMuchJson, OnefoldError, readJson, turns } from './platform/index.js';

const JSON_TYPES = ['application/json', 'application/*+json'];
const readLong = express.raw({ limit: REQUEST_BYTES, type: JSON_TYPES });
const readShort = express.raw({ limit: KEYLESS_BYTES, type: JSON_TYPES });
const utf8 = new TextDecoder();

/**
 * Reads the body of a request, which is JSON. Much JSON takes long to read, and nobody else is served meanwhile: so
 * it is read only for a key, in turns, and up to a bound.
 */
export const readBody: RequestHandler = (request, response, next) => {
  const keyId = senderOf(response)?.keyId;
  const read = keyId === undefined ? readShort : readLong;
  read(request, response, (error?: unknown) => {
    if (error)
      return next(keyId === undefined && isTooLarge(error) ? new OnefoldError('UNAUTHENTICATED') : error);
    parse(request, keyId ?? '').then(() => next(), next);
  });
};

function isTooLarge(error: unknown): boolean {
  return (error as { type?: string }).type === 'entity.too.large';
}

/** @throws OnefoldError PAYLOAD_TOO_LARGE, MALFORMED_JSON */
async function parse(request: Request, keyId: string): Promise<void> {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return;
  // Without one, it is Apollo's to say what is missing.
  if (body.length === 0) return void (request.body = {});
  await turns.next(keyId);
  if (isTooMuchJson(body)) throw new OnefoldError('PAYLOAD_TOO_LARGE');
  request.body = parsed(body);
  if (typeof request.body !== 'object' || request.body === null) throw new OnefoldError('MALFORMED_JSON');
}

function parsed(body: Buffer): unknown {
  try {
    return readJson(utf8.decode(body));
  } catch {
    throw new OnefoldError('MALFORMED_JSON');
  }
}
