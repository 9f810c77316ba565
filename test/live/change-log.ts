import { connect, expectNoErrors, gql } from '../kit/index.js';
import type { TestServer, TestSocket } from '../kit/index.js';

/** An entry or exit as these tests look at it. */
export interface Change {
  cursor: string;
  kind: 'ENTERED' | 'EXITED';
  at: string;
  cause: string;
  segment: { key: string };
  profile: { id: string };
}

const FIELDS = 'cursor kind at cause segment { key } profile { id }';

/** The whole log, or that of one segment, after a cursor, a page at a time. @param fields what `C` looks at */
export async function changesOf<C = Change>(
  server: TestServer,
  { segment, after = null }: { segment?: string; after?: string | null } = {},
  fields = FIELDS,
): Promise<C[]> {
  const all: C[] = [];
  for (let place = after, more = true; more;) {
    const { changes } = expectNoErrors(
      await gql(
        server,
        `query ($segments: [String!], $after: String) { changes: segmentChanges(segments: $segments, after: $after, first: 500) {
          nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
        { segments: segment && [segment], after: place },
      ),
    );
    all.push(...changes.nodes);
    place = changes.pageInfo.endCursor;
    more = changes.pageInfo.hasNextPage;
  }
  return all;
}

/** Where the log ends now: what a program takes before it subscribes. */
export async function endOfLog(server: TestServer): Promise<string> {
  const { changes } = expectNoErrors(
    await gql(server, '{ changes: segmentChanges(first: 0) { pageInfo { endCursor } } }'),
  );
  return changes.pageInfo.endCursor;
}

/** A reader of the log on a socket of its own. */
export class Follower {
  constructor(readonly socket: TestSocket) {}

  async next(): Promise<Change> {
    return (await this.socket.nextData()).segmentChanges;
  }

  async take(count: number): Promise<Change[]> {
    const taken: Change[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }
}

/** Subscribes after a cursor: from there nothing can be missed, so there is no moment to wait for. */
export async function follow(
  server: TestServer,
  { segments, after, fields = FIELDS }: { segments?: string[]; after: string; fields?: string },
): Promise<Follower> {
  const socket = await connect(server);
  socket.subscribe(
    `subscription ($segments: [String!], $after: String) { segmentChanges(segments: $segments, after: $after) { ${fields} } }`,
    { segments, after },
  );
  return new Follower(socket);
}
