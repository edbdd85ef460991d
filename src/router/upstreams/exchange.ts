import type { Socket } from 'node:net';
import type { Refusal } from '../../diagnostics/index.ts';
import type { Exchange, Exchanged } from '../protocols/exchange.ts';

/**
 * Has an exchange with the server at the other end. The socket is paused behind its answer, of which nothing is left on
 * the stream.
 *
 * @param deadlineMs Time for the whole answer.
 */
export function exchange<T>(upstream: Socket, what: Exchange<T>, deadlineMs: number): Promise<Exchanged<T>> {
  return new Promise((resolve) => {
    let answer: Buffer | undefined;
    const end = (result: Exchanged<T>): void => {
      clearTimeout(timer);
      upstream.off('data', onData);
      upstream.off('end', onClosed);
      upstream.off('close', onClosed);
      upstream.pause();
      resolve(result);
    };
    const refuse = (refusal: Refusal): void => end({ is: 'refused', refusal });
    const onData = (chunk: Buffer): void => {
      answer = answer ? Buffer.concat([answer, chunk]) : chunk; // what is read caps what it asks for
      const read = what.read(answer);
      if (read.is !== 'need-more') end(read);
    };
    const onClosed = (): void => refuse({ code: 'LG_UPSTREAM_REFUSED', why: what.whyClosed });
    const timer = setTimeout(() => refuse({ code: 'LG_UPSTREAM_TIMEOUT', why: what.whyLate(deadlineMs) }), deadlineMs);
    upstream.on('data', onData);
    upstream.on('end', onClosed);
    upstream.on('close', onClosed);
    if (what.request) upstream.write(what.request);
    upstream.resume();
  });
}
