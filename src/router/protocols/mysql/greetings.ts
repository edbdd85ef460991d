import type { Refusal } from '../../../diagnostics/index.ts';
import { needMore } from '../answer.ts';
import type { Exchange, Server } from '../exchange.ts';
import type { ProtocolContext } from '../protocol.ts';
import { commonGreeting, type Greeting, type MysqlFamily, parseGreeting, speaksTls } from './greeting.ts';

/** Reads the greeting of a server and takes it off the stream. A server sends no more before the client has answered. */
export const greetingExchange: Exchange<Greeting> = {
  read(answer) {
    const read = parseGreeting(answer);
    switch (read.is) {
      case 'need-more':
        return needMore(read.atLeast);
      case 'greeting':
        return answer.length === read.endsAt
          ? { is: 'done', value: read.greeting }
          : { is: 'refused', refusal: { code: 'LG_PROTOCOL', why: 'the server sent data behind its greeting' } };
      case 'error': {
        const why = `the server answered error ${read.number}: ${read.message}`;
        return { is: 'refused', refusal: { code: 'LG_UPSTREAM_REFUSED', why } };
      }
      case 'bad':
        return { is: 'refused', refusal: read };
      default:
        return read satisfies never;
    }
  },
  whyClosed: 'the server closed the connection instead of greeting',
  whyLate: (deadlineMs) => `the server did not greet within ${deadlineMs} ms`,
};

interface Known {
  greeting: Greeting | undefined;
  refusal: Refusal | undefined;
  /** Not asked again before then, unless a client's own connection tells. */
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
  readonly #known = new WeakMap<Server, Known>();
  readonly #context: Pick<ProtocolContext, 'limits' | 'now' | 'note'>;

  constructor(context: Pick<ProtocolContext, 'limits' | 'now' | 'note'>) {
    this.#context = context;
  }

  /** A client's connection has shown what the server greets with now. */
  learn(server: Server, greeting: Greeting): void {
    const known = this.#of(server);
    known.greeting = greeting;
    known.refusal = undefined;
  }

  /**
   * What to show on a port that these servers share: from all that are known, asking those that are not. A server that
   * cannot be reached now is left out; its own clients bring its greeting when it is back.
   */
  async common(servers: readonly Server[], family: MysqlFamily | undefined): Promise<Greeting | Refusal> {
    const unknown = servers.filter((server) => {
      const { greeting, askAgainMs, asking } = this.#of(server);
      return !greeting && (asking !== undefined || askAgainMs <= this.#context.now());
    });
    const asks = unknown.values();
    const ask = async (): Promise<void> => {
      for (const server of asks) await this.#ask(server, family);
    };
    await Promise.all(Array.from({ length: Math.min(askedAtOnce, unknown.length) }, ask));
    const known = servers.flatMap((server) => this.#of(server).greeting ?? []);
    const wanted = family ?? known[0]?.family;
    const usable = known.filter((greeting) => incompatibility(greeting, wanted) === undefined);
    const shown = commonGreeting(usable);
    if (shown) return shown;
    const refusals = servers.flatMap((server) => this.#of(server).refusal ?? []);
    const wrong = known.map((greeting) => incompatibility(greeting, wanted)).find((why) => why !== undefined);
    return (
      refusals[0] ?? {
        code: 'LG_UPSTREAM_NO_TLS',
        why: `no server of this port can be shared by name: ${wrong ?? 'there is none'}`,
      }
    );
  }

  #of(server: Server): Known {
    const before = this.#known.get(server);
    if (before) return before;
    const made: Known = { greeting: undefined, refusal: undefined, askAgainMs: 0, asking: undefined };
    this.#known.set(server, made);
    return made;
  }

  /** Asks one server, however many clients wait for it. Never throws. */
  #ask(server: Server, family: MysqlFamily | undefined): Promise<void> {
    const known = this.#of(server);
    const { limits, now, note } = this.#context;
    const { host, port } = server.plan;
    known.asking ??= server.ask(greetingExchange, limits.mysqlGreetingMs).then((result) => {
      known.asking = undefined;
      known.askAgainMs = now() + limits.mysqlAskAgainMs;
      if (result.is === 'refused') {
        known.refusal = result.refusal;
        note(`${host}:${port} did not say what it can do: ${result.refusal.why}`);
        return;
      }
      known.greeting = result.value;
      const why = incompatibility(result.value, family ?? result.value.family);
      if (why !== undefined) note(`${host}:${port} cannot share its port by name: ${why}`);
    });
    return known.asking;
  }
}

/** Why a server cannot share a port of this family by name. */
function incompatibility(greeting: Greeting, family: MysqlFamily | undefined): string | undefined {
  if (greeting.family !== family) return `it is ${greeting.version}, and the port is for ${family ?? 'neither family'}`;
  return speaksTls(greeting) ? undefined : 'it does not speak TLS';
}
