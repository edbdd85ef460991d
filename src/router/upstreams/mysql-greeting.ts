import type { Socket } from 'node:net';
import type { Refusal } from '../../diagnostics/index.ts';
import type { RouterLimits } from '../limits.ts';
import type { MysqlFamily } from '../protocols/mysql/index.ts';
import { commonGreeting, type Greeting, parseGreeting, speaksTls } from '../protocols/mysql/index.ts';
import type { LiveUpstream } from './upstream.ts';

/**
 * Reads the greeting of a MySQL server and takes it off the stream; the socket is paused behind it. A server sends nothing
 * more before the client has answered.
 *
 * @param deadlineMs Time for the whole greeting.
 */
export function readGreeting(upstream: Socket, deadlineMs: number): Promise<Greeting | Refusal> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const end = (result: Greeting | Refusal): void => {
      clearTimeout(timer);
      upstream.off('data', onData);
      upstream.off('end', onEnd);
      upstream.off('close', onEnd);
      upstream.pause();
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]); // parseGreeting caps what it asks for
      const answer = parseGreeting(bytes);
      switch (answer.is) {
        case 'need-more':
          return;
        case 'greeting':
          if (bytes.length === answer.endsAt) end(answer.greeting);
          else end({ code: 'LG_PROTOCOL', why: 'the server sent data behind its greeting' });
          return;
        case 'error':
          end({ code: 'LG_UPSTREAM_REFUSED', why: `the server answered error ${answer.number}: ${answer.message}` });
          return;
        case 'bad':
          end(answer);
          return;
        default:
          answer satisfies never;
      }
    };
    const onEnd = (): void =>
      end({ code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the connection instead of greeting' });
    const timer = setTimeout(
      () => end({ code: 'LG_UPSTREAM_TIMEOUT', why: `the server did not greet within ${deadlineMs} ms` }),
      deadlineMs,
    );
    upstream.on('data', onData);
    upstream.on('end', onEnd);
    upstream.on('close', onEnd);
    upstream.resume();
  });
}

interface Learnt {
  greeting: Greeting | undefined;
  refusal: Refusal | undefined;
  /** Nobody asks again before then, unless a client's own connection tells. */
  askAgainMs: number;
  asking: Promise<void> | undefined;
}

/** Servers that are asked for their greeting at once. */
const askedAtOnce = 8;

/**
 * What each MySQL server greets with, so that a port shared by name can show what all its servers can do. A server is
 * asked once, by a connection that is broken off; from then on every client's connection brings the news. It is not
 * asked more often, because servers count broken-off handshakes and block an address after a hundred in a row.
 * Holds one entry for each upstream of the plan, for as long as the engine holds the upstream.
 */
export class Greetings {
  readonly #learnt = new WeakMap<LiveUpstream, Learnt>();
  readonly #limits: RouterLimits;
  readonly #now: () => number;
  readonly #note: (sentence: string) => void;

  constructor(limits: RouterLimits, now: () => number, note: (sentence: string) => void) {
    this.#limits = limits;
    this.#now = now;
    this.#note = note;
  }

  /** A client's connection has shown what the server greets with now. */
  learn(upstream: LiveUpstream, greeting: Greeting): void {
    const learnt = this.#of(upstream);
    learnt.greeting = greeting;
    learnt.refusal = undefined;
  }

  /**
   * What to show on a port that these servers share: from all that are known, asking those that are not. A server that
   * cannot be reached now is left out; its own clients bring its greeting when it is back.
   */
  async common(upstreams: readonly LiveUpstream[], family: MysqlFamily | undefined): Promise<Greeting | Refusal> {
    const unknown = upstreams.filter((upstream) => {
      const { greeting, askAgainMs, asking } = this.#of(upstream);
      return !greeting && (asking !== undefined || askAgainMs <= this.#now());
    });
    const asks = unknown.values();
    const ask = async (): Promise<void> => {
      for (const upstream of asks) await this.#ask(upstream, family);
    };
    await Promise.all(Array.from({ length: Math.min(askedAtOnce, unknown.length) }, ask));
    const known = upstreams.flatMap((upstream) => this.#of(upstream).greeting ?? []);
    const wanted = family ?? known[0]?.family;
    const usable = known.filter((greeting) => whyNot(greeting, wanted) === undefined);
    const shown = commonGreeting(usable);
    if (shown) return shown;
    const refusals = upstreams.flatMap((upstream) => this.#of(upstream).refusal ?? []);
    const wrong = known.map((greeting) => whyNot(greeting, wanted)).find((why) => why !== undefined);
    return (
      refusals[0] ?? {
        code: 'LG_UPSTREAM_NO_TLS',
        why: `no server of this port can be shared by name: ${wrong ?? 'there is none'}`,
      }
    );
  }

  #of(upstream: LiveUpstream): Learnt {
    const before = this.#learnt.get(upstream);
    if (before) return before;
    const made: Learnt = { greeting: undefined, refusal: undefined, askAgainMs: 0, asking: undefined };
    this.#learnt.set(upstream, made);
    return made;
  }

  /** Asks one server, however many clients wait for it. Never throws. */
  #ask(upstream: LiveUpstream, family: MysqlFamily | undefined): Promise<void> {
    const learnt = this.#of(upstream);
    learnt.asking ??= this.#connect(upstream).then((result) => {
      learnt.asking = undefined;
      learnt.askAgainMs = this.#now() + this.#limits.mysqlAskAgainMs;
      if ('code' in result) {
        learnt.refusal = result;
        this.#note(`${upstream.plan.host}:${upstream.plan.port} did not say what it can do: ${result.why}`);
        return;
      }
      learnt.greeting = result;
      const why = whyNot(result, family ?? result.family);
      if (why !== undefined)
        this.#note(`${upstream.plan.host}:${upstream.plan.port} cannot share its port by name: ${why}`);
    });
    return learnt.asking;
  }

  #connect(upstream: LiveUpstream): Promise<Greeting | Refusal> {
    const refusal = upstream.refusal();
    if (refusal) return Promise.resolve(refusal);
    const { mysqlGreetingMs } = this.#limits;
    return new Promise((resolve) => {
      upstream.open += 1;
      const end = (result: Greeting | Refusal): void => {
        clearTimeout(timer);
        upstream.open -= 1;
        resolve(result);
      };
      const timer = setTimeout(() => {
        dialling.cancel();
        end({ code: 'LG_UPSTREAM_TIMEOUT', why: `the server could not be reached within ${mysqlGreetingMs} ms` });
      }, mysqlGreetingMs);
      const dialling = upstream.connect((dialled) => {
        if (dialled.is === 'refused') {
          end(dialled);
          return;
        }
        clearTimeout(timer);
        dialled.socket.on('error', () => {});
        void readGreeting(dialled.socket, mysqlGreetingMs).then((result) => {
          dialled.socket.destroy();
          end(result);
        });
      });
    });
  }
}

/** Why a server cannot share a port of this family by name. */
function whyNot(greeting: Greeting, family: MysqlFamily | undefined): string | undefined {
  if (greeting.family !== family) return `it is ${greeting.version}, and the port is for ${family ?? 'nobody'}`;
  return speaksTls(greeting) ? undefined : 'it does not speak TLS';
}
