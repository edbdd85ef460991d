import { connect } from 'node:net';
import type { IpAddress, Port } from '../ir/index.ts';
import type { RouterLimits } from './limits.ts';
import type { HostPort } from './options.ts';

/** Cancel packets on their way at once; further ones are dropped. */
const inFlightMax = 64;
/** Time for one packet to be delivered, in milliseconds. */
const deliverMs = 5000;

interface Place {
  readonly address: IpAddress;
  readonly port: Port;
  open: number;
}

/**
 * Where each client has Postgres connections now, so that a plaintext CancelRequest, which names nobody, can be passed
 * to those servers and no other. A server that does not know the key ignores it. As large as the open connections.
 */
export class Cancels {
  readonly #places = new Map<string, Map<string, Place>>();
  readonly #limits: RouterLimits;
  readonly #place: (address: IpAddress, port: Port) => HostPort;
  #inFlight = 0;

  constructor(limits: RouterLimits, place: (address: IpAddress, port: Port) => HostPort) {
    this.#limits = limits;
    this.#place = place;
  }

  /** Clients with open connections. */
  get size(): number {
    return this.#places.size;
  }

  opened(client: string, address: IpAddress, port: Port): void {
    let places = this.#places.get(client);
    if (!places) {
      places = new Map();
      this.#places.set(client, places);
    }
    const key = `${address} ${port}`;
    const place = places.get(key);
    if (place) place.open += 1;
    else places.set(key, { address, port, open: 1 });
  }

  closed(client: string, address: IpAddress, port: Port): void {
    const places = this.#places.get(client);
    const key = `${address} ${port}`;
    const place = places?.get(key);
    if (!places || !place) return;
    place.open -= 1;
    if (place.open > 0) return;
    places.delete(key);
    if (places.size === 0) this.#places.delete(client);
  }

  /** Sends the packet to the client's servers, at most `cancelFanOut` of them. Tells to how many. */
  pass(client: string, packet: Uint8Array): number {
    const places = [...(this.#places.get(client)?.values() ?? [])].slice(0, this.#limits.cancelFanOut);
    const going = places.slice(0, Math.max(0, inFlightMax - this.#inFlight));
    for (const { address, port } of going) this.#send(this.#place(address, port), packet);
    return going.length;
  }

  #send(to: HostPort, packet: Uint8Array): void {
    this.#inFlight += 1;
    const socket = connect({ ...to, autoSelectFamily: false });
    socket.setTimeout(deliverMs, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#inFlight -= 1;
    });
    socket.resume();
    socket.end(packet);
  }
}
