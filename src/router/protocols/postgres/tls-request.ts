import { needMore } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { sslRequest } from './startup.ts';

/**
 * Asks a server for TLS, as the client has asked the router. Nothing may come behind the server's one byte: only TLS may
 * follow it.
 */
export const tlsRequest: Exchange<undefined> = {
  request: sslRequest,
  read(answer) {
    const [first] = answer;
    if (first === undefined) return needMore(1);
    if (first === yes)
      return answer.length === 1
        ? { is: 'done', value: undefined }
        : {
            is: 'refused',
            refusal: { code: 'LG_PROTOCOL', why: 'the server sent data before the TLS handshake that it agreed to' },
          };
    const why =
      first === no ? 'the server answered N to SSLRequest' : 'the server did not answer SSLRequest with S or N';
    return { is: 'refused', refusal: { code: 'LG_UPSTREAM_NO_TLS', why } };
  },
  whyClosed: 'the server closed the connection instead of answering SSLRequest',
  whyLate: (deadlineMs) => `the server did not answer SSLRequest within ${deadlineMs} ms`,
};

const yes = 0x53; // S
const no = 0x4e; // N
