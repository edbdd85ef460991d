import type { Socket } from 'node:net';
import type { Refusal } from '../../diagnostics/index.ts';
import { sslRequest } from '../protocols/postgres/index.ts';

/**
 * Asks a Postgres server for TLS, as the client has asked the router. Undefined when it said yes; nothing behind its
 * one byte may have come by then, since only TLS may follow.
 *
 * @param deadlineMs Time for its answer.
 */
export function askForTls(upstream: Socket, deadlineMs: number): Promise<Refusal | undefined> {
  return new Promise((resolve) => {
    const end = (refusal?: Refusal): void => {
      clearTimeout(timer);
      upstream.off('data', onData);
      upstream.off('end', onEnd);
      upstream.off('close', onEnd);
      upstream.pause();
      resolve(refusal);
    };
    const onData = (chunk: Buffer): void => {
      const answer = String.fromCharCode(chunk[0] ?? 0);
      if (answer === 'S' && chunk.length === 1) end();
      else if (answer === 'S')
        end({ code: 'LG_PROTOCOL', why: 'the server sent data before the TLS handshake that it agreed to' });
      else
        end({
          code: 'LG_UPSTREAM_NO_TLS',
          why:
            answer === 'N' ? 'the server answered N to SSLRequest' : 'the server did not answer SSLRequest with S or N',
        });
    };
    const onEnd = (): void =>
      end({ code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the connection instead of answering SSLRequest' });
    const timer = setTimeout(
      () => end({ code: 'LG_UPSTREAM_TIMEOUT', why: `the server did not answer SSLRequest within ${deadlineMs} ms` }),
      deadlineMs,
    );
    upstream.on('data', onData);
    upstream.on('end', onEnd);
    upstream.on('close', onEnd);
    upstream.write(sslRequest);
  });
}
