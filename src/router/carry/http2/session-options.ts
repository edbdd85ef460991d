import type { ClientSessionOptions, Http2Session, ServerSessionOptions, Settings } from 'node:http2';

/** What one stream may be ahead of its reader, in bytes; a slow reader holds as much in memory for each direction. */
export const streamWindowBytes = 262_144;
/** The same for all streams of a connection together. */
const connectionWindowBytes = 4_194_304;

const settings: Settings = { initialWindowSize: streamWindowBytes, enablePush: false };
/** In megabytes: a session that holds more than this takes no further stream. */
const maxSessionMemory = 32;

/** Node's own limits hold next to these: CONTINUATION frames of one head, entries of SETTINGS, frames without a stream. */
export const sessionOptions = {
  /** Of a server towards a client. */
  client: (limits: { readonly streamsPerConnection: number }, takesWebsockets: boolean) =>
    ({
      settings: {
        initialWindowSize: streamWindowBytes,
        maxConcurrentStreams: limits.streamsPerConnection,
        maxHeaderListSize: 32_768,
        ...(takesWebsockets && { enableConnectProtocol: true }),
      },
      maxSessionMemory,
      // Crumbs of cookies are fields too.
      maxHeaderListPairs: 512,
      maxSessionInvalidFrames: 100,
      // Servers send some fields twice that should be there once. A client judges that better than a router.
      strictSingleValueFields: false,
    }) satisfies ServerSessionOptions,
  /** Of a client towards an upstream. */
  upstream: {
    settings: { ...settings, maxHeaderListSize: 65_536 },
    maxSessionMemory,
    maxHeaderListPairs: 512,
  } satisfies ClientSessionOptions,
};

/** Opens the window of the connection as soon as there is one. */
export function widen(session: Http2Session): void {
  session.once('connect', () => {
    // Node says so a tick later, also of one that was destroyed meanwhile.
    if (!session.destroyed) session.setLocalWindowSize(connectionWindowBytes);
  });
}
