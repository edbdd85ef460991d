import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IpAddress, Upstream } from '../../ir/index.ts';
import { tlsRequest } from '../protocols/postgres/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { DialResult } from './dial.ts';
import { exchange } from './exchange.ts';
import type { LiveUpstream } from './upstream.ts';

export interface ProberOptions {
  readonly limits: RouterLimits;
  /** 0 to 1, for jitter. Default Math.random. */
  readonly random?: () => number;
  /** The name of an upstream led to these addresses just now. */
  readonly onResolved: (upstream: LiveUpstream, addresses: readonly IpAddress[]) => void;
  /** A handshake with an upstream whose certificate the router verifies: why it fails, or undefined. */
  readonly verify: (socket: Socket, upstream: Upstream, deadlineMs: number) => Promise<string | undefined>;
}

/** Seconds between looks at a name whose connections close when it moves, where no health check sets the pace. */
const moveSeconds = 5;
/** A probe is put off by this many milliseconds while too many are in flight. */
const putOffMs = 500;

/**
 * Checks upstreams in turn, each at its own interval, give or take a tenth, so that a fleet does not knock in step.
 * A resolver that does not answer says nothing about the upstream and is not counted.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #timers = new Map<LiveUpstream, NodeJS.Timeout>();
  #running = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  watch(upstream: LiveUpstream): void {
    const { health, onMove } = upstream.plan;
    if (this.#timers.has(upstream) || (health.kind === 'none' && onMove !== 'close')) return;
    this.#later(upstream, 1000 * this.#random() * Math.min(2, this.#seconds(upstream)));
  }

  unwatch(upstream: LiveUpstream): void {
    clearTimeout(this.#timers.get(upstream));
    this.#timers.delete(upstream);
  }

  stop(): void {
    for (const upstream of [...this.#timers.keys()]) this.unwatch(upstream);
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  #seconds({ plan }: LiveUpstream): number {
    return plan.health.kind === 'none' ? moveSeconds : plan.health.intervalSeconds;
  }

  #later(upstream: LiveUpstream, ms: number): void {
    this.#timers.set(
      upstream,
      setTimeout(() => this.#turn(upstream), ms),
    );
  }

  #turn(upstream: LiveUpstream): void {
    if (this.#running >= this.#options.limits.probes) {
      this.#later(upstream, putOffMs);
      return;
    }
    this.#running += 1;
    void this.probe(upstream).finally(() => {
      this.#running -= 1;
      if (this.#timers.has(upstream))
        this.#later(upstream, this.#seconds(upstream) * 1000 * (0.9 + 0.2 * this.#random()));
    });
  }

  /** One check now; its result is in `upstream.health`. Never rejects. */
  async probe(upstream: LiveUpstream): Promise<void> {
    const resolved = await upstream.resolve();
    if (resolved.is === 'refused') {
      if (!resolved.resolver) upstream.health.failed(resolved.why);
      return;
    }
    this.#options.onResolved(upstream, resolved.addresses);
    if (upstream.plan.health.kind === 'none') return;
    const dialled = await new Promise<DialResult>((resolve) => upstream.connect(resolve));
    if (dialled.is === 'refused') return; // counted where it was dialled
    const why = await this.#speak(upstream, dialled.socket);
    dialled.socket.destroy();
    if (upstream.plan.health.kind === 'tcp') return; // so was the success
    if (why === undefined) upstream.health.succeeded();
    else upstream.health.failed(why);
  }

  /** Why the server does not speak what it should, or undefined. */
  async #speak({ plan }: LiveUpstream, socket: Socket): Promise<string | undefined> {
    socket.on('error', () => {});
    const { dialMs } = this.#options.limits;
    switch (plan.health.kind) {
      case 'none':
      case 'tcp':
        return undefined;
      case 'postgres': {
        const answer = await exchange(socket, tlsRequest, dialMs);
        // A server that says no to TLS is alive; connections by name then get their own refusal.
        return answer.is === 'refused' && answer.refusal.code !== 'LG_UPSTREAM_NO_TLS' ? answer.refusal.why : undefined;
      }
      case 'tls':
        return plan.tls ? this.#options.verify(socket, plan, dialMs) : shakeHands(socket, plan.host, dialMs);
      default:
        return plan.health.kind satisfies never;
    }
  }
}

/** A handshake up to the server's part; its certificate is the clients' business, and no data is sent. */
function shakeHands(socket: Socket, servername: string, deadlineMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const tls = connectTls({ socket, servername, rejectUnauthorized: false });
    const end = (why?: string): void => {
      clearTimeout(timer);
      tls.destroy();
      resolve(why);
    };
    const timer = setTimeout(() => end(`no TLS handshake within ${deadlineMs} ms`), deadlineMs);
    tls.once('secureConnect', () => end());
    tls.on('error', (error) => {
      // An alert is an answer in TLS: a server that wants a client certificate is alive.
      const alert = 'code' in error && String(error.code).startsWith('ERR_SSL') && /alert/i.test(String(error.code));
      end(alert ? undefined : `the TLS handshake broke: ${error.message}`);
    });
    tls.once('close', () => end('the server closed the connection during the TLS handshake'));
  });
}
