import { noNotes, type Opened, type Opening, type ReadStep } from '../opening.ts';
import type { Protocol } from '../protocol.ts';
import type { RefusalStyle } from '../refusal-style.ts';
import { type Alert, alertFor, alertRecord } from './alert.ts';
import { type HelloAnswer, helloAlert, parseClientHello } from './client-hello.ts';

/** During or before the handshake: an alert in plaintext. */
export const inTls: RefusalStyle = (refusal) => alertRecord(alertFor(refusal.code));

const inAlert =
  (alert: Alert): RefusalStyle =>
  () =>
    alertRecord(alert);

/** Around a ClientHello: which protocol it stands in, and what the upstream gets. */
export interface HelloContext extends Pick<Opened, 'prelude' | 'startsAt'> {
  readonly speech: 'tls' | 'postgres' | 'mysql';
}

const notesOnEch: readonly string[] = ['encrypted inner hello: routed by its outer name'];

/** What a ClientHello asks for, in whatever protocol it stands. */
export function helloStep(hello: HelloAnswer, { speech, prelude, startsAt }: HelloContext): ReadStep {
  switch (hello.is) {
    case 'need-more':
      return { ...hello, style: inTls };
    case 'not-tls':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: hello.why }, style: inTls };
    case 'bad':
      return { is: 'refuse', refusal: hello, style: inAlert(helloAlert(hello.cause)) };
    case 'hello':
      return {
        is: 'opened',
        claim: hello.serverName
          ? { speech, name: hello.serverName }
          : { speech, whyNoName: 'the client named no server (no SNI)' },
        style: inTls,
        startsAt,
        ...(prelude && { prelude }),
        notes: hello.hasEch ? notesOnEch : noNotes,
      };
    default:
      return hello satisfies never;
  }
}

const opening: Opening = {
  next: (prefix) => helloStep(parseClientHello(prefix), { speech: 'tls', startsAt: 0 }),
};

export const tlsProtocol: Protocol = { opening: () => opening };
