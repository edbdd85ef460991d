import { connect } from 'node:net';
import type { HostPort } from '../options.ts';

/** Packets on their way at once; further ones are dropped. */
const inFlightMax = 64;
/** Time for one packet to be delivered, in milliseconds. */
const deliverMs = 5000;

/** Delivers packets, each on a connection of its own, and waits for no answer. */
export class Delivery {
  #inFlight = 0;

  /** False when too many are under way: the packet is dropped. */
  send(to: HostPort, packet: Uint8Array): boolean {
    if (this.#inFlight >= inFlightMax) return false;
    this.#inFlight += 1;
    const socket = connect({ ...to, autoSelectFamily: false });
    socket.setTimeout(deliverMs, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#inFlight -= 1;
    });
    socket.resume();
    socket.end(packet);
    return true;
  }
}
