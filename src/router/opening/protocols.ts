import type { Speech } from '../../ir/index.ts';
import { detect, type RecognisedProtocol } from '../protocols/detect.ts';
import { httpProtocol, inHttp, inHttp2 } from '../protocols/http/index.ts';
import { MysqlProtocol } from '../protocols/mysql/index.ts';
import type { Opening, Step } from '../protocols/opening.ts';
import { inPostgres, PostgresProtocol } from '../protocols/postgres/index.ts';
import type { OpeningClient, Protocol, ProtocolContext } from '../protocols/protocol.ts';
import { type RefusalStyle, silent } from '../protocols/refusal-style.ts';
import { tcpProtocol } from '../protocols/tcp/index.ts';
import { inTls, tlsProtocol } from '../protocols/tls/index.ts';

/** Every protocol that the router speaks, each with its memory of one engine. */
export type Protocols = Readonly<Record<Speech, Protocol>>;

export const makeProtocols = (context: ProtocolContext): Protocols => ({
  tcp: tcpProtocol,
  tls: tlsProtocol,
  http: httpProtocol,
  postgres: new PostgresProtocol(context),
  mysql: new MysqlProtocol(context),
});

/** How a client on the wrong port is told so, by what it seems to speak. */
const styles: Readonly<Record<RecognisedProtocol, RefusalStyle>> = {
  tls: inTls,
  postgres: inPostgres,
  http: inHttp,
  http2: inHttp2,
  proxy: silent,
  tds: silent,
  oracle: silent,
  ssh: silent,
  unknown: silent,
};

/**
 * Reads the opening of a client whose protocol is not known yet: tells the listener's speeches apart by the first bytes,
 * and leaves the rest to the protocol that was found.
 */
export function openingOf(protocols: Protocols, client: OpeningClient): Opening {
  let found: Opening | undefined;
  return {
    next(prefix): Step {
      if (found) return found.next(prefix);
      const detected = detect(client.listener.speaks, prefix);
      switch (detected.is) {
        case 'need-more':
          return { ...detected, style: silent };
        case 'none':
          return {
            is: 'refuse',
            refusal: { code: 'LG_PROTOCOL', why: detected.why },
            style: styles[detected.recognised],
          };
        case 'speech':
          found = protocols[detected.speech].opening(client);
          return found.next(prefix);
        default:
          return detected satisfies never;
      }
    },
  };
}
