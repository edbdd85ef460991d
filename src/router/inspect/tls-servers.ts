import { constants } from 'node:crypto';
import { createServer, type Server } from 'node:tls';
import type { Hostname } from '../../ir/index.ts';
import type { Issuer, IssuerMaterial } from './issuer.ts';
import { type Minter, minterOf } from './minter.ts';
import { ticketKeys, ticketPeriodEnd } from './tickets.ts';

export interface TlsServersOptions {
  readonly issuer: Issuer;
  /** Names at most; the one that was not used for the longest time goes first. */
  readonly names: number;
  /** Time for a handshake, in milliseconds. */
  readonly handshakeMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Called for each server that is made, to listen to it. */
  readonly onMade: (server: Server) => void;
}

interface Kept {
  readonly server: Server;
  /** From then on it is made again. */
  readonly untilMs: number;
}

/** AES first: with it most machines encrypt in hardware. TLS 1.2 only with forward secrecy. */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
].join(':');

/**
 * A TLS server for each inspected name and protocol, which never listens: connections whose ClientHello was read already
 * are handed to it. Name and protocol are known, so no callback is asked during a handshake.
 */
export class TlsServers {
  readonly #options: TlsServersOptions;
  readonly #kept = new Map<string, Promise<Kept>>();
  #material: IssuerMaterial | undefined;
  #minter: Promise<Minter> | undefined;

  constructor(options: TlsServersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Undefined where there is no issuer. Rejects where the issuer's material is unusable. */
  async of(name: Hostname, alpn: string): Promise<Server | undefined> {
    const { issuer, nowMs } = this.#options;
    const material = issuer.current();
    if (!material) return undefined;
    if (material !== this.#material) {
      // Renewed. Connections keep the certificate that they were shown.
      this.#material = material;
      this.#minter = minterOf(material);
      this.#kept.clear();
    }
    const key = `${name} ${alpn}`;
    const known = this.#kept.get(key);
    if (known) {
      const kept = await known;
      const isPresent = this.#kept.get(key) === known;
      if (isPresent) this.#kept.delete(key);
      if (kept.untilMs <= nowMs()) return this.of(name, alpn);
      if (isPresent) this.#kept.set(key, known); // the last one now
      return kept.server;
    }
    const minter = this.#minter;
    if (!minter) return undefined;
    const making = this.#make(minter, material, { name, alpn });
    this.#keep(key, making);
    return (await making).server;
  }

  #keep(key: string, making: Promise<Kept>): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#options.names && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, making);
    // What failed is tried again.
    making.catch(() => {
      if (this.#kept.get(key) === making) this.#kept.delete(key);
    });
  }

  async #make(
    minter: Promise<Minter>,
    { ticketSecret }: IssuerMaterial,
    { name, alpn }: { readonly name: Hostname; readonly alpn: string },
  ): Promise<Kept> {
    const { nowMs, handshakeMs, onMade } = this.#options;
    const madeMs = nowMs();
    const { keyPem, chainPem, notAfterMs } = await (await minter).leaf(name, madeMs);
    const server = createServer({
      key: keyPem,
      cert: chainPem,
      ALPNProtocols: [alpn],
      minVersion: 'TLSv1.2',
      // A client that asks for another handshake again and again ends the process: Node destroys what OpenSSL still uses.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      ciphers,
      honorCipherOrder: true,
      ecdhCurve: 'X25519:P-256:P-384',
      ticketKeys: ticketKeys(ticketSecret, `${name} ${alpn}`, madeMs),
      sessionIdContext: 'lakegate',
      handshakeTimeout: handshakeMs,
    });
    onMade(server);
    return { server, untilMs: Math.min(ticketPeriodEnd(madeMs), madeMs + (notAfterMs - madeMs) / 2) };
  }
}
