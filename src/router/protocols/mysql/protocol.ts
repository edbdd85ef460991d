import type { Refusal } from '../../../diagnostics/index.ts';
import type { Exchange, Server } from '../exchange.ts';
import { noNotes, type Opening, type ReadStep, type Step } from '../opening.ts';
import type { OpeningClient, Protocol, ProtocolContext } from '../protocol.ts';
import type { RefusalStyle } from '../refusal-style.ts';
import { helloStep } from '../tls/index.ts';
import { errPacket, plainLoginHint } from './err-packet.ts';
import { encodeGreeting, type Greeting, speaksTls } from './greeting.ts';
import { Greetings, greetingExchange } from './greetings.ts';
import { readMysqlOpening } from './opening.ts';

/** In place of the greeting. */
const insteadOfGreeting: RefusalStyle = (refusal) => errPacket(refusal, { sequence: 0 });
/** In answer to what a client sent after the greeting. */
const afterGreeting: RefusalStyle = (refusal) => errPacket(refusal, { sequence: 2 });
const afterPlainLogin: RefusalStyle = (refusal) => errPacket(refusal, { sequence: 2, hint: plainLoginHint });

/** What a client asks for that has had a greeting, from all bytes it has sent so far. Pure. */
function mysqlStep(prefix: Uint8Array): ReadStep {
  const opening = readMysqlOpening(prefix);
  switch (opening.is) {
    case 'tls':
      return helloStep(opening.hello, { speech: 'mysql', startsAt: 0 });
    case 'plain-login':
      return {
        is: 'opened',
        claim: { speech: 'mysql', whyNoName: 'the client logs in without TLS, so it names no server' },
        style: afterPlainLogin,
        startsAt: opening.endsAt,
        replacement: opening.authSwitchLogin,
        notes: noNotes,
      };
    case 'need-more':
      return { ...opening, style: afterGreeting };
    case 'bad':
      return { is: 'refuse', refusal: opening, style: afterGreeting };
    default:
      return opening satisfies never;
  }
}

/** MySQL by name: the router greets the client, and drops the greeting of the server that the client then names. */
export class MysqlProtocol implements Protocol {
  readonly #context: Pick<ProtocolContext, 'random'>;
  readonly #greetings: Greetings;

  constructor(context: Pick<ProtocolContext, 'limits' | 'now' | 'note' | 'random'>) {
    this.#context = context;
    this.#greetings = new Greetings(context);
  }

  opening(client: Pick<OpeningClient, 'listener' | 'servers'>): Opening {
    let hasGreeted = false;
    return {
      next: (prefix) => {
        if (!hasGreeted) {
          hasGreeted = true;
          return { is: 'wait', until: this.#greet(client) };
        }
        const step = mysqlStep(prefix);
        if (step.is !== 'opened') return step;
        const wantsTls = step.replacement === undefined;
        return { ...step, prelude: (server) => this.#dropGreeting(server, wantsTls) };
      },
    };
  }

  async #greet({
    listener,
    servers,
  }: Pick<OpeningClient, 'listener' | 'servers'>): Promise<Exclude<Step, { is: 'wait' }>> {
    const keys = new Set(
      listener.routes.filter(({ match }) => match.by === 'name').map(({ action }) => action.upstream),
    );
    const shared = [...keys].flatMap((key) => servers.get(key) ?? []);
    const shown = await this.#greetings.common(shared, listener.mysqlFamily);
    return 'code' in shown
      ? { is: 'refuse', refusal: shown, style: insteadOfGreeting }
      : { is: 'say', bytes: encodeGreeting(shown, this.#context.random(20)) };
  }

  /** The client has had a greeting; the server's own is read, learnt from, and dropped. */
  #dropGreeting(server: Server, wantsTls: boolean): Exchange<Greeting> {
    return {
      ...greetingExchange,
      read: (answer) => {
        const read = greetingExchange.read(answer);
        if (read.is !== 'done') return read;
        this.#greetings.learn(server, read.value);
        return wantsTls && !speaksTls(read.value) ? { is: 'refused', refusal: noTls(server) } : read;
      },
    };
  }
}

const noTls = ({ plan }: Server): Refusal => ({ code: 'LG_UPSTREAM_NO_TLS', why: `${plan.host} has TLS switched off` });
