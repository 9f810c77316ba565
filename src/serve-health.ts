import type { Express, RequestHandler } from 'express';
import { otherMethods } from './platform/http/index.js';
import { SharedRead } from './platform/index.js';
import type { Database, Signals } from './platform/index.js';

interface Watched {
  database: Database;
  signals: Signals;
  isDraining: () => boolean;
}

/** Whether the process answers at all, and whether requests should come here. */
export function serveHealth(app: Express, watched: Watched): void {
  const others = otherMethods('GET, HEAD');
  app
    .route('/health/live')
    .get((_, response) => void response.json({ status: 'live' }))
    .all(others);
  app.route('/health/ready').get(readiness(watched)).all(others);
}

function readiness({ database, signals, isDraining }: Watched): RequestHandler {
  // Anybody may ask, as often as they like: at most one connection is used for it.
  const ping = new SharedRead(() => database.ping());
  return async (_, response) => {
    const isConnected = await ping.ask();
    const ready = isConnected && !isDraining();
    const redis = signals.connected;
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not ready',
      database: isConnected ? 'connected' : 'away',
      ...(redis !== null && { redis: redis ? 'connected' : 'away: changes are delivered by polling' }),
    });
  };
}
