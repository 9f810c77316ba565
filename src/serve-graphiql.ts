import express from 'express';
import type { Express, Request, Response } from 'express';
import { isFromThisMachine, otherMethods, sendProblem } from './platform/http/index.js';
import type { Clock } from './platform/index.js';
import { servePage } from './serve-page.js';
import { SESSION_MS, SignIn } from './sign-in.js';

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
  servePage(app, { folder: 'graphiql', name: 'GraphiQL', path: '/' });
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
