import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/**
 * The limit for delivery: graphql-ws as its documentation has it, which pushes the same messages to whoever subscribes, out
 * of memory, as fast as sockets take them. It prints its address.
 */
const schema = buildSchema(`
  type Query { ok: Boolean }
  type Subscription { segmentChanges(segments: [String!], after: String): SegmentChange! }
  type SegmentChange { cursor: String! kind: String! at: String! cause: String! segment: Segment! profile: Profile! }
  type Segment { key: String! }
  type Profile { id: ID! }
`);

async function* segmentChanges({ segments }: { segments: string[] }) {
  for (let index = 0; ; index += 1) {
    // A write that succeeds at once resolves before the event loop turns: without this the first socket would have it all.
    if (index % 10 === 0) await setImmediate();
    yield {
      segmentChanges: {
        cursor: Buffer.from(JSON.stringify(['NU28yc_W', index])).toString('base64url'),
        kind: index % 2 ? 'EXITED' : 'ENTERED',
        at: new Date().toISOString(),
        cause: 'INGEST',
        segment: { key: segments[0] },
        profile: { id: 'profile_01m8nqqjm9egv84d0xmapbq4ff' },
      },
    };
  }
}

const http = createServer();
useServer(
  { schema, roots: { subscription: { segmentChanges } } },
  new WebSocketServer({ server: http, path: '/graphql' }),
);
http.listen(0, '127.0.0.1', () => {
  console.log(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`);
});
process.on('disconnect', () => process.exit());
