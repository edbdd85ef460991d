import type { ServerAddress } from '../protocol.ts';

interface Place extends ServerAddress {
  /** Connections to it now. */
  open: number;
}

/**
 * Where each owner has connections now, so that a plaintext CancelRequest, which names no server, can be passed to those
 * servers and no other. A server that does not know the key ignores it. As large as the open connections.
 */
export class Cancels {
  readonly #places = new Map<string, Map<string, Place>>();

  /** Owners with open connections. */
  get size(): number {
    return this.#places.size;
  }

  /** @returns Forgets the connection; called once, when it is over. */
  opened(owner: string, { address, port }: ServerAddress): () => void {
    const places = this.#places.get(owner) ?? new Map<string, Place>();
    this.#places.set(owner, places);
    const key = `${address} ${port}`;
    const place = places.get(key) ?? { address, port, open: 0 };
    place.open += 1;
    places.set(key, place);
    return () => {
      place.open -= 1;
      if (place.open > 0) return;
      places.delete(key);
      if (places.size === 0) this.#places.delete(owner);
    };
  }

  /** The servers of an owner, those first that it connected to first. */
  serversOf(owner: string): readonly ServerAddress[] {
    return [...(this.#places.get(owner)?.values() ?? [])];
  }
}
