import type { Refusal } from '../../diagnostics/index.ts';
import type { RouterListener } from '../../ir/index.ts';
import type { Claim } from '../../routing/index.ts';
import type { NeedMore } from '../protocols/answer.ts';
import { detect, type Heard } from '../protocols/detect.ts';
import { parseRequestHead, type RequestHead } from '../protocols/http/index.ts';
import { type Answered, plaintextHint, readPostgresOpening } from '../protocols/postgres/index.ts';
import type { Voice } from '../protocols/refusal.ts';
import { type HelloAnswer, helloAlert, parseClientHello } from '../protocols/tls/index.ts';

/** A client whose wish is known. */
export interface AskedStep {
  readonly is: 'asked';
  readonly claim: Claim;
  /** How a refusal can be said from here on. */
  readonly voice: Voice;
  /**
   * `postgres-tls`: the upstream is asked for TLS first, as the client has asked the router. `mysql-greeting`: its
   * greeting is read and dropped, since the client has had the router's.
   */
  readonly prelude: 'none' | 'postgres-tls' | 'mysql-greeting';
  /** First byte that the upstream gets. */
  readonly startsAt: number;
  /** What the upstream gets in place of the bytes before `startsAt`. Only where the client speaks without TLS. */
  readonly replaced?: Uint8Array;
  /** HTTP only: what follows is read request by request. */
  readonly request?: RequestHead;
  readonly notes: readonly string[];
}

/** What to do next with a client, from all bytes of its opening so far. */
export type Step =
  | (NeedMore & { readonly voice: Voice })
  /** Send this byte of Postgres, then look again. */
  | { readonly is: 'say'; readonly byte: 'N' | 'S' }
  | AskedStep
  /** A CancelRequest without TLS, which names nobody. */
  | { readonly is: 'cancel'; readonly packet: Uint8Array }
  | { readonly is: 'refuse'; readonly refusal: Refusal; readonly voice: Voice };

const noNotes: readonly string[] = [];
const silence: Voice = { in: 'silence' };
const inTls: Voice = { in: 'tls' };
const inPostgres: Voice = { in: 'postgres', hint: plaintextHint };
const inHttp: Voice = { in: 'http' };

/**
 * Reads the opening of a client: tells the listener's speeches apart by the first bytes, and finds the name. Pure.
 * MySQL by name, where the router speaks first, has its own steps (`mysqlStep`).
 *
 * @param answered What the router has said so far to requests of Postgres for encryption.
 */
export function nextStep({ speaks }: Pick<RouterListener, 'speaks'>, prefix: Uint8Array, answered: Answered): Step {
  if (answered.length > 0) return postgresStep(prefix, answered);
  const detected = detect(speaks, prefix);
  switch (detected.is) {
    case 'need-more':
      return { ...detected, voice: silence };
    case 'none':
      return {
        is: 'refuse',
        refusal: { code: 'LG_PROTOCOL', why: detected.why },
        voice: voiceOf(detected.heard),
      };
    case 'speech':
      break;
    default:
      return detected satisfies never;
  }
  switch (detected.speech) {
    case 'tcp':
    case 'mysql':
      return {
        is: 'asked',
        claim: { speech: detected.speech },
        voice: silence,
        prelude: 'none',
        startsAt: 0,
        notes: noNotes,
      };
    case 'tls':
      return helloStep(parseClientHello(prefix), { speech: 'tls', prelude: 'none', startsAt: 0 });
    case 'postgres':
      return postgresStep(prefix, answered);
    case 'http':
      return httpStep(prefix);
    default:
      return detected.speech satisfies never;
  }
}

function postgresStep(prefix: Uint8Array, answered: Answered): Step {
  const opening = readPostgresOpening(prefix, answered);
  const voice = answered.includes('S') ? inTls : inPostgres;
  switch (opening.is) {
    case 'answer':
      return { is: 'say', byte: opening.byte };
    case 'tls':
      return helloStep(opening.hello, {
        speech: 'postgres',
        prelude: opening.direct ? 'none' : 'postgres-tls',
        startsAt: opening.startsAt,
      });
    case 'plain':
      if (opening.packet.is === 'cancel-request')
        return { is: 'cancel', packet: prefix.slice(opening.startsAt, opening.startsAt + opening.packet.endsAt) };
      return {
        is: 'asked',
        claim: { speech: 'postgres', whyNoName: 'the client logs in without TLS, so it names no server' },
        voice,
        prelude: 'none',
        startsAt: opening.startsAt,
        notes: noNotes,
      };
    case 'need-more':
      return { ...opening, voice };
    case 'bad':
      return { is: 'refuse', refusal: opening, voice };
    case 'not-postgres':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: opening.why }, voice };
    default:
      return opening satisfies never;
  }
}

interface Around {
  readonly speech: 'tls' | 'postgres' | 'mysql';
  readonly prelude: AskedStep['prelude'];
  readonly startsAt: number;
}

/** A ClientHello, in whatever protocol it stands. */
export function helloStep(hello: HelloAnswer, { speech, prelude, startsAt }: Around): Step {
  switch (hello.is) {
    case 'need-more':
      return { ...hello, voice: inTls };
    case 'not-tls':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: hello.why }, voice: inTls };
    case 'bad':
      return { is: 'refuse', refusal: hello, voice: { in: 'tls', alert: helloAlert(hello.cause) } };
    case 'hello':
      return {
        is: 'asked',
        claim: hello.serverName
          ? { speech, name: hello.serverName }
          : { speech, whyNoName: 'the client named no server (no SNI)' },
        voice: inTls,
        prelude,
        startsAt,
        notes: hello.hasEch ? ['encrypted inner hello: routed by its outer name'] : noNotes,
      };
    default:
      return hello satisfies never;
  }
}

function httpStep(prefix: Uint8Array): Step {
  const head = parseRequestHead(prefix);
  switch (head.is) {
    case 'need-more':
      return { ...head, voice: inHttp };
    case 'not-http':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: head.why }, voice: inHttp };
    case 'bad':
      return { is: 'refuse', refusal: head, voice: head.cause === 'http2' ? { in: 'http2' } : inHttp };
    case 'request':
      return {
        is: 'asked',
        claim: { speech: 'http', name: head.host },
        voice: inHttp,
        prelude: 'none',
        startsAt: 0,
        request: head,
        notes: noNotes,
      };
    default:
      return head satisfies never;
  }
}

/** The protocol that a client on the wrong port seems to speak, so that it reads why. */
function voiceOf(heard: Heard): Voice {
  return heard === 'tls' || heard === 'postgres' || heard === 'http' || heard === 'http2' ? { in: heard } : silence;
}
