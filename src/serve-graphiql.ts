import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { isFromThisMachine, otherMethods, sendProblem } from './platform/http/index.js';
import type { Clock } from './platform/index.js';
import { SESSION_MS, SignIn } from './sign-in.js';

const FILES = fileURLToPath(new URL('../dist/graphiql', import.meta.url));
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'";
const TOKEN_LIMIT = '1kb';

interface GraphiqlOptions {
  /** Null unless the server runs embedded, for the machine it is on. */
  developmentKey: string | null;
  clock: Clock;
}

/** The page at `/`, and the way in which it gets the development key. */
export function serveGraphiql(app: Express, { developmentKey, clock }: GraphiqlOptions): void {
  const signIn = developmentKey === null ? null : new SignIn(developmentKey, clock);
  app
    .route('/graphiql/sign-in')
    .post(express.json({ limit: TOKEN_LIMIT }), (request, response) => {
      const { token } = (request.body ?? {}) as { token?: unknown };
      const mayEnter = typeof token === 'string' && isFromThisMachine(request);
      const session = mayEnter ? signIn?.redeem(token) : null;
      if (session) sendSession(request, response, session);
      else sendProblem(response, 'SIGN_IN_INVALID');
    })
    .all(otherMethods('POST'));
  app
    .route('/graphiql/config.json')
    .get((request, response) => {
      const mayKnow = isFromThisMachine(request) && signIn?.isSignedIn(sessionOf(request));
      response.json({ developmentKey: mayKnow ? developmentKey : null });
    })
    .all(otherMethods('GET, HEAD'));
  app.use(express.static(FILES, { setHeaders: describeFile }));
  app
    .route('/')
    .get((_, response) => {
      response
        .status(503)
        .type('text')
        .send('GraphiQL has not been built. Run `npm run build`, then load this page again.\n');
    })
    .all(otherMethods('GET, HEAD'));
}

/** Browsers send a cookie to all ports of a host, so each port has one of its own. */
function cookieName(request: Request): string {
  return `onefold-${request.socket.localPort}`;
}

function sendSession(request: Request, response: Response, session: string): void {
  response
    .cookie(cookieName(request), session, {
      httpOnly: true,
      sameSite: 'strict',
      path: '/graphiql',
      maxAge: SESSION_MS,
    })
    .status(204)
    .end();
}

function sessionOf(request: Request): string {
  const cookies = request.headers.cookie?.split(/; */) ?? [];
  const prefix = `${cookieName(request)}=`;
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length) ?? '';
}

function describeFile(response: Response, path: string): void {
  response.setHeader('content-security-policy', POLICY);
  response.setHeader(
    'cache-control',
    path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
}
