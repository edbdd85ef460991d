import type { Socket } from 'node:net';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname } from '../../../ir/index.ts';
import type { FlowClient, FlowRecorder } from '../../flows/recorder.ts';
import { tlsOf } from '../../flows/tls-of.ts';
import type { Spent } from '../../inspect/budgets.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { Handshake } from '../../inspect/termination.ts';
import { inTls } from '../../protocols/tls/index.ts';
import type { RouterLimits } from '../../router-limits.ts';
import { endBehindWrites } from '../../socket-ends.ts';
import type { CarriedBytes, Carrier, CarryDone } from '../carrier.ts';
import type { Judge } from '../judge.ts';
import { InspectedHttp1 } from './inspected-http1.ts';

/** A client that has asked for an inspected name, and whose connection nobody listens to. */
export interface InspectedClient {
  readonly client: Socket;
  /** All that was read of it, from its ClientHello on. */
  readonly first: Uint8Array;
}

export interface InspectOptions {
  readonly name: Hostname;
  readonly nccs: readonly string[];
  readonly judge: Judge;
  readonly inspection: Inspection;
  readonly flows: FlowRecorder;
  /** Who asks; its TLS is not known yet. */
  readonly flowClient: FlowClient;
  readonly limits: RouterLimits;
}

/** The one protocol that is spoken inside. */
const alpn = 'http/1.1';

/** Ends the client's TLS, and carries what is inside. A name that is inspected is never passed through, whatever fails. */
export class InspectCarrier implements Carrier {
  readonly #client: Socket;
  readonly #options: InspectOptions;
  readonly #done: CarryDone;
  #inner: InspectedHttp1 | undefined;
  #spent: Spent | undefined;
  #draining = false;
  #toClient = 0;

  /** Begins at once. */
  constructor({ client, first }: InspectedClient, options: InspectOptions, done: CarryDone) {
    this.#client = client;
    this.#options = options;
    this.#done = (end, refusal) => {
      this.#spent?.handshakeDone();
      this.#spent?.connectionDone();
      done(end, refusal);
    };
    const { name, nccs, inspection } = options;
    const spent = inspection.budgets.take(nccs.join(' '));
    if ('code' in spent) {
      this.#refuse(spent);
      return;
    }
    this.#spent = spent;
    void inspection.termination.accept({ client, first, name, alpn }).then((handshake) => this.#shaken(handshake));
  }

  bytes(): CarriedBytes {
    return this.#inner?.bytes() ?? { fromClient: 0, toClient: this.#toClient };
  }

  get isHalfClosed(): boolean {
    return this.#inner?.isHalfClosed ?? false;
  }

  recheck(): void {
    this.#inner?.recheck();
  }

  drain(): void {
    this.#draining = true;
    this.#inner?.drain();
  }

  cut(): void {
    if (this.#inner) this.#inner.cut();
    else this.#client.destroy();
  }

  #shaken(handshake: Handshake): void {
    this.#spent?.handshakeDone();
    switch (handshake.is) {
      case 'failed':
        this.#client.destroy();
        this.#done('client-broke');
        return;
      case 'refused':
        this.#refuse(handshake.refusal);
        return;
      case 'secure': {
        const { inspection, name, judge, flows, limits } = this.#options;
        const tls = tlsOf(handshake.socket);
        flows.handshake('client', tls.resumed);
        const flowClient = { ...this.#options.flowClient, tls };
        const options = { name, judge, flows, flowClient, limits, pool: inspection.pool };
        this.#inner = new InspectedHttp1(handshake.socket, options, this.#done);
        if (this.#draining) this.#inner.drain();
        else this.#inner.recheck(); // rights may have gone during the handshake
        return;
      }
      default:
        handshake satisfies never;
    }
  }

  /** Before the handshake: an alert in plaintext. */
  #refuse(refusal: Refusal): void {
    const client = this.#client;
    const alert = inTls(refusal);
    if (client.destroyed) {
      this.#done('refused', refusal);
      return;
    }
    const last = setTimeout(() => client.destroy(), this.#options.limits.refusalMs);
    client.once('close', () => {
      clearTimeout(last);
      this.#done('refused', refusal);
    });
    client.once('end', () => client.destroySoon());
    this.#toClient = alert.length;
    client.write(alert);
    endBehindWrites(client);
    client.resume();
  }
}
