/** The part of a WebSocket that is used here. The handlers' events differ from one runtime to another. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send: (text: string) => void;
  close: (code?: number) => void;
}

/** A class such as the browsers' `WebSocket`, or that of the package `ws`. */
export type WebSocketClass = new (url: string, protocol: string) => Socket;

/** @throws TypeError when this runtime has no WebSocket of its own and none was given */
export function openSocket(
  url: string,
  protocol: string,
  WebSocketClass: WebSocketClass | undefined = globalThis.WebSocket,
): Socket {
  if (WebSocketClass) return new WebSocketClass(url.replace(/^http/, 'ws'), protocol);
  throw new TypeError(
    'This runtime has no WebSocket (Node has one since version 22): give createClient one as `webSocket`, such as that ' +
      'of the package ws.',
  );
}
