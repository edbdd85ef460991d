import type { LiveUpstream } from '../upstreams/upstream.ts';
import type { Secured, UpstreamPool } from './upstream-pool.ts';

/** What is spoken inside TLS. */
export type InnerProtocol = 'h2' | 'http/1.1';

/** What a client offers of both, if it offers HTTP/2: who does not is not asked about. */
export type Offer = readonly ['h2'] | readonly ['h2', 'http/1.1'];

/** How long an upstream's choice is remembered, in milliseconds. */
const rememberMs = 60_000;
/** The same for one that could not be asked: its clients do not wait for it again and again. */
const unreachableMs = 5000;

/** `unknown`: it could not be asked. */
type Spoken = InnerProtocol | 'unknown';

export interface Chosen {
  readonly protocol: InnerProtocol;
  /** Connections in which the upstreams were asked just now, and in which HTTP/2 is to be spoken. */
  readonly opened: readonly Secured[];
}

interface Question {
  /** The answer, where there is one; it is good until `untilMs`. */
  spoken?: Spoken;
  untilMs: number;
  readonly waiting: ((spoken: Spoken) => void)[];
}

/**
 * What upstreams speak. Nothing is translated between HTTP/2 and HTTP/1.1, so a client is offered what its upstreams
 * choose of its own offer. An upstream is asked with a real connection, which is used then.
 */
export class UpstreamProtocols {
  readonly #pool: UpstreamPool;
  readonly #now: () => number;
  /** Those that take WebSockets over HTTP/2 (RFC 8441). */
  readonly #websockets = new WeakSet<LiveUpstream>();
  readonly #questions = new WeakMap<LiveUpstream, Map<string, Question>>();

  constructor(pool: UpstreamPool, now: () => number) {
    this.#pool = pool;
    this.#now = now;
  }

  /**
   * HTTP/2 where all upstreams choose it. One that cannot be reached counts as HTTP/1.1, unless the client speaks HTTP/2
   * alone: it is told inside it that the upstream cannot be reached.
   *
   * @param group Whose connections they are: one that chose HTTP/1.1 rests for it.
   */
  async choose(upstreams: readonly LiveUpstream[], offer: Offer, group: string): Promise<Chosen> {
    const opened: Secured[] = [];
    const spoken = await Promise.all(
      upstreams.map((live) =>
        this.#ask(live, offer, (made) => {
          if (made.socket.alpnProtocol === 'h2') opened.push(made);
          else this.#pool.adopt(made, group);
        }),
      ),
    );
    const isHttp2 = offer.length === 1 ? !spoken.includes('http/1.1') : spoken.every((one) => one === 'h2');
    if (isHttp2) return { protocol: 'h2', opened };
    for (const one of opened) close(one);
    return { protocol: 'http/1.1', opened: [] };
  }

  /** The upstream has chosen otherwise than was remembered. */
  forget(live: LiveUpstream): void {
    this.#questions.delete(live);
  }

  /** Whether all of these are known to take WebSockets over HTTP/2. */
  takeWebsockets(upstreams: readonly LiveUpstream[]): boolean {
    return upstreams.length > 0 && upstreams.every((live) => this.#websockets.has(live));
  }

  noteWebsockets(live: LiveUpstream, takesThem: boolean): void {
    if (takesThem) this.#websockets.add(live);
    else this.#websockets.delete(live);
  }

  #ask(live: LiveUpstream, offer: Offer, onOpened: (opened: Secured) => void): Promise<Spoken> {
    const questions = this.#questions.get(live) ?? new Map<string, Question>();
    this.#questions.set(live, questions);
    const key = offer.join();
    const known = questions.get(key);
    if (known?.spoken !== undefined && this.#now() < known.untilMs) return Promise.resolve(known.spoken);
    if (known && known.spoken === undefined) return new Promise((resolve) => known.waiting.push(resolve));
    const question: Question = { untilMs: 0, waiting: [] };
    questions.set(key, question);
    return new Promise((resolve) => {
      this.#pool.secure(live, offer, (result) => {
        const spoken = result.is === 'secure' ? spokenIn(result) : result.noProtocol ? 'http/1.1' : 'unknown';
        question.spoken = spoken;
        question.untilMs = this.#now() + (spoken === 'unknown' ? unreachableMs : rememberMs);
        if (result.is === 'secure') onOpened(result);
        resolve(spoken);
        for (const tell of question.waiting.splice(0)) tell(spoken);
      });
    });
  }
}

/** A server that chooses nothing speaks HTTP/1.1. */
const spokenIn = ({ socket }: Secured): Spoken => (socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1');

/** Closes a connection in which nothing was said. */
export function close({ socket, lost }: Secured): void {
  socket.destroy();
  lost();
}
