import { editedHead, type HeadEdits, queryOf, type RequestHead } from '../../protocols/http/index.ts';

/** What is known of a request that goes to its server. */
export interface Forwarded {
  /** In place of the path as sent. */
  readonly path: string;
  /** It opens a WebSocket. */
  readonly isWebsocket: boolean;
  /** Nothing follows it on its connection to the server. */
  readonly isLast: boolean;
}

/**
 * What is changed in the head of a request on its way: the path that was judged, and any upgrade but that to a WebSocket
 * is left out. Behind another upgrade (`h2c`, which Java's HTTP client sends with every plain request) requests could not
 * be read; without the field the server answers in HTTP/1.1, as a server may always do.
 */
export function forwardedEdits(head: RequestHead, { path, isWebsocket, isLast }: Forwarded): HeadEdits {
  const target = `${path}${queryOf(head)}`;
  const without = [
    ...(head.upgrade.length > 0 && !isWebsocket ? ['upgrade', 'http2-settings'] : []),
    ...(isLast ? ['connection', 'keep-alive'] : []),
  ];
  return { ...(target !== head.target && { target }), without, add: isLast ? ['Connection: close'] : [] };
}

/**
 * The same for a connection to the server that others use next: that the client closes behind the request is between it and
 * the router.
 */
export function sentHead(bytes: Uint8Array, head: RequestHead, forwarded: Forwarded): Uint8Array {
  const edits = forwardedEdits(head, forwarded);
  const isHop = head.closes && head.minorVersion === 1 && !forwarded.isLast;
  return editedHead(
    bytes,
    isHop ? { ...edits, without: [...(edits.without ?? []), 'connection', 'keep-alive'] } : edits,
  );
}
