import type { TargetType } from '../spec/index.ts';
import type { Client } from './clients/index.ts';
import type { ServerConfig, TargetServer } from './targets/index.ts';

/** Servers that `--with NAME` uses instead of the lab's own for some target types. */
export interface LabExtension {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The target types that it serves. */
  readonly types: readonly Exclude<TargetType, 's3'>[];
  /** Implements only the start of the protocol, like the lab's own stand-ins. */
  readonly standIn: boolean;
  /**
   * Starts all servers of its types at once, in the order given: brokers of one cluster must know each other. Rejects with one
   * sentence that says what is missing on this machine, after it has closed what it had started.
   */
  start(configs: readonly ServerConfig[]): Promise<readonly TargetServer[]>;
  /** Clients for them, where those of the lab are not enough. */
  readonly clients?: Readonly<Partial<Record<TargetType, Client>>>;
}
