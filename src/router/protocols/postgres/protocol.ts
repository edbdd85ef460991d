import { fromLatin1 } from '../bytes.ts';
import { noNotes, type Opened, type Opening, type ReadStep } from '../opening.ts';
import type { OpeningClient, Protocol, ProtocolContext, ServerAddress } from '../protocol.ts';
import type { RefusalStyle } from '../refusal-style.ts';
import { helloStep, inTls } from '../tls/index.ts';
import { Cancels } from './cancels.ts';
import { errorResponse, plaintextHint } from './error-response.ts';
import { type Answered, readPostgresOpening } from './opening.ts';
import { tlsRequest } from './tls-request.ts';

/** Before TLS, in answer to what a client sent in plaintext. */
export const inPostgres: RefusalStyle = (refusal) => errorResponse(refusal, plaintextHint);

/** What a client's bytes ask the router to do, given its answers so far. Pure. */
export type PostgresStep =
  | ReadStep
  | { readonly is: 'answer'; readonly byte: 'N' | 'S' }
  /** A CancelRequest without TLS, which names no server. */
  | { readonly is: 'cancel'; readonly packet: Uint8Array };

const prelude: Opened['prelude'] = () => tlsRequest;

function postgresStep(prefix: Uint8Array, answered: Answered): PostgresStep {
  const opening = readPostgresOpening(prefix, answered);
  const style = answered.includes('S') ? inTls : inPostgres;
  switch (opening.is) {
    case 'answer':
      return { is: 'answer', byte: opening.byte };
    case 'tls': {
      const { direct, startsAt } = opening;
      return helloStep(opening.hello, { speech: 'postgres', startsAt, ...(!direct && { prelude }) });
    }
    case 'plain':
      if (opening.packet.is === 'cancel-request')
        return { is: 'cancel', packet: prefix.slice(opening.startsAt, opening.startsAt + opening.packet.endsAt) };
      return {
        is: 'opened',
        claim: { speech: 'postgres', whyNoName: 'the client logs in without TLS, so it names no server' },
        style,
        startsAt: opening.startsAt,
        notes: noNotes,
      };
    case 'need-more':
      return { ...opening, style };
    case 'bad':
      return { is: 'refuse', refusal: opening, style };
    case 'not-postgres':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: opening.why }, style };
    default:
      return opening satisfies never;
  }
}

/** PostgreSQL by name: SSLRequest or direct TLS; cancel requests go where their owner has connections. */
export class PostgresProtocol implements Protocol {
  readonly #context: Pick<ProtocolContext, 'limits' | 'deliver'>;
  readonly #cancels = new Cancels();

  constructor(context: Pick<ProtocolContext, 'limits' | 'deliver'>) {
    this.#context = context;
  }

  opening({ owner }: Pick<OpeningClient, 'owner'>): Opening {
    const answered: ('N' | 'S')[] = [];
    return {
      next: (prefix) => {
        const step = postgresStep(prefix, answered);
        switch (step.is) {
          case 'answer':
            answered.push(step.byte);
            return { is: 'say', bytes: fromLatin1(step.byte) };
          case 'cancel':
            this.#passCancel(owner, step.packet);
            return { is: 'end', end: 'cancel' };
          default:
            return step;
        }
      },
    };
  }

  carried(owner: string, server: ServerAddress): () => void {
    return this.#cancels.opened(owner, server);
  }

  /** To at most `cancelFanOut` servers of the owner. */
  #passCancel(owner: string, packet: Uint8Array): void {
    const servers = this.#cancels.serversOf(owner).slice(0, this.#context.limits.cancelFanOut);
    for (const server of servers) this.#context.deliver(server, packet);
  }
}
