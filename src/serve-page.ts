import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Express, Response } from 'express';
import { otherMethods } from './platform/http/index.js';

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'";

interface Page {
  /** Its folder in `web/`, which Vite builds into `dist/web/`. */
  folder: string;
  /** For people. */
  name: string;
  path: string;
}

/** Serves a page of `web/` with its files, or says that it has not been built. */
export function servePage(app: Express, { folder, name, path }: Page): void {
  const files = fileURLToPath(new URL(`../dist/web/${folder}`, import.meta.url));
  app.use(path, express.static(files, { setHeaders: describeFile }));
  app
    .route(path)
    .get((_, response) => {
      response
        .status(503)
        .type('text')
        .send(`${name} has not been built. Run \`npm run build\`, then load this page again.\n`);
    })
    .all(otherMethods('GET, HEAD'));
}

/** Assets have a hash of their content in their names, so browsers may keep them. */
function describeFile(response: Response, path: string): void {
  response.setHeader('content-security-policy', POLICY);
  response.setHeader(
    'cache-control',
    path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
}
