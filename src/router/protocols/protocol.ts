import type { IpAddress, Port, RouterListener } from '../../ir/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { Server } from './exchange.ts';
import type { Opening } from './opening.ts';

/**
 * A protocol that clients speak, one object for each engine: how its openings are read, and what must be remembered of
 * several connections. All that happens before a carrier takes over.
 */
export interface Protocol {
  /** For one client that has begun to speak this protocol, or waits for the router to speak first. */
  opening(client: OpeningClient): Opening;
  /**
   * A connection with a route of this protocol is carried from now on.
   *
   * @returns Called once, when it is over.
   */
  carried?(owner: string, server: ServerAddress): () => void;
}

/** The client of one connection, as protocols see it. */
export interface OpeningClient {
  /** Whoever this is the same for may act on each other's connections: its endpoint, or the listener without one. */
  readonly owner: string;
  readonly listener: RouterListener;
  /** By upstream key. */
  readonly servers: ReadonlyMap<string, Server>;
}

/** Where a connection to an upstream leads. */
export interface ServerAddress {
  readonly address: IpAddress;
  readonly port: Port;
}

/** What protocols need of the engine around them. */
export interface ProtocolContext {
  readonly limits: RouterLimits;
  readonly now: () => number;
  /** One sentence for the operator. */
  readonly note: (sentence: string) => void;
  /** Unpredictable bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Delivers a packet on a connection of its own, without waiting for an answer. Drops it when too many are under way. */
  readonly deliver: (to: ServerAddress, packet: Uint8Array) => void;
}
