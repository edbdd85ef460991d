import type { TargetType } from '../spec/index.ts';
import type { Client } from './clients/index.ts';
import type { ServerConfig, TargetServer } from './targets/index.ts';

/** What `--with NAME` puts in the place of the lab's own servers of some target types. */
export interface LabExtension {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The types it takes over. */
  readonly types: readonly Exclude<TargetType, 's3'>[];
  /** Plays the opening only, like the lab's own stand-ins. */
  readonly standIn: boolean;
  /**
   * Starts all servers of its types at once, in the order given: brokers of one cluster know each other. Rejects with one sentence
   * that says what is missing on this machine; what it had started is closed by then.
   */
  start(configs: readonly ServerConfig[]): Promise<readonly TargetServer[]>;
  /** Who calls them, where the lab's own client will not do. */
  readonly clients?: Readonly<Partial<Record<TargetType, Client>>>;
}
