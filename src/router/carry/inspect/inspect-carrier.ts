import type { Socket } from 'node:net';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname, IpAddress } from '../../../ir/index.ts';
import type { FlowClient, FlowRecorder } from '../../flows/recorder.ts';
import { tlsOf } from '../../flows/tls-of.ts';
import type { Spent } from '../../inspect/budgets.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { Handshake } from '../../inspect/termination.ts';
import type { Secured } from '../../inspect/upstream-pool.ts';
import { type Chosen, close } from '../../inspect/upstream-protocols.ts';
import { inTls, parseClientHello } from '../../protocols/tls/index.ts';
import type { RouterLimits } from '../../router-limits.ts';
import { endBehindWrites } from '../../socket-ends.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarriedBytes, Carrier, CarryDone } from '../carrier.ts';
import { InspectedHttp2 } from '../http2/inspected-http2.ts';
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

/** Ends the client's TLS, and carries what is inside. A name that is inspected is never passed through, whatever fails. */
export class InspectCarrier implements Carrier {
  readonly #client: Socket;
  readonly #options: InspectOptions;
  readonly #done: CarryDone;
  #inner: InspectedHttp1 | InspectedHttp2 | undefined;
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
    const { nccs, inspection } = options;
    const spent = inspection.budgets.take(nccs.join(' '));
    if ('code' in spent) {
      this.#refuse(spent);
      return;
    }
    this.#spent = spent;
    void this.#open(spent, first);
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

  moved(live: LiveUpstream, addresses: readonly IpAddress[]): boolean {
    return this.#inner?.moved(live, addresses) ?? false;
  }

  cut(): void {
    if (this.#inner) this.#inner.cut();
    else this.#client.destroy();
  }

  async #open(spent: Spent, first: Uint8Array): Promise<void> {
    const client = this.#client;
    const { name, inspection } = this.#options;
    let isGone = false;
    const onClose = (): void => {
      isGone = true;
      this.#done('client-broke');
    };
    client.once('close', onClose);
    const { protocol, opened } = await this.#choose(first);
    client.off('close', onClose);
    if (isGone) {
      for (const one of opened) close(one);
      return;
    }
    this.#shaken(await inspection.termination.accept({ client, first, name, alpn: protocol }), spent, opened);
  }

  /** What is spoken inside: what the upstreams choose of the client's offer. */
  async #choose(first: Uint8Array): Promise<Chosen> {
    const { judge, nccs, inspection } = this.#options;
    const hello = parseClientHello(first);
    const alpn = hello.is === 'hello' ? hello.alpn : [];
    if (!alpn.includes('h2')) return { protocol: 'http/1.1', opened: [] };
    const offer = alpn.includes('http/1.1') ? (['h2', 'http/1.1'] as const) : (['h2'] as const);
    return inspection.protocols.choose(judge.upstreams(), offer, nccs.join(' '));
  }

  #shaken(handshake: Handshake, spent: Spent, opened: readonly Secured[]): void {
    spent.handshakeDone();
    if (handshake.is !== 'secure') for (const one of opened) close(one);
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
        const { socket } = handshake;
        const tls = tlsOf(socket);
        flows.clientHandshake(tls.resumed);
        const options = { name, judge, flows, flowClient: { ...this.#options.flowClient, tls }, limits };
        this.#inner =
          socket.alpnProtocol === 'h2'
            ? new InspectedHttp2(socket, { ...options, inspection, spent, opened }, this.#done)
            : new InspectedHttp1(socket, { ...options, spent, pool: inspection.pool }, this.#done);
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
