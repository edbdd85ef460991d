import type { RefusalCode } from '../diagnostics/index.ts';
import type { Claim } from '../routing/index.ts';
import { type ListenerNode, type Question, type Topology, traceOf, type Walk } from '../topology/index.ts';
import type { Proof, ProofCounts, ProofFailure } from './proof-types.ts';
import type { Request } from './requests.ts';

/** What a hostile client says on a connection. Without a claim: nothing, where the load balancer decides alone. */
export interface HostileDial extends Partial<Request> {
  readonly claim?: Claim;
}

/** Counts of a proof while it runs. Failures are bounded; sentences are made for those only. */
export class Tally {
  /** What to try on a listener, made once for all NCCs. */
  readonly hostileDials = new Map<ListenerNode, readonly HostileDial[]>();
  readonly #topology: Topology;
  readonly #max: number;
  readonly #failures: ProofFailure[] = [];
  readonly #codes: Partial<Record<RefusalCode, number>> = {};
  #inAll = 0;
  #reached = 0;
  #surplus = 0;
  #refused = 0;
  #dials = 0;

  constructor(topology: Topology, maxFailures: number) {
    this.#topology = topology;
    this.#max = maxFailures;
  }

  dial(): void {
    this.#dials += 1;
  }

  refusedBy(code: RefusalCode): void {
    this.#codes[code] = (this.#codes[code] ?? 0) + 1;
  }

  /** A pair that came out right, for so many workspaces (or targets) at once. */
  pair(reached: boolean, times: number, surplus: boolean): void {
    if (!reached) this.#refused += times;
    else this.#reached += times;
    if (reached && surplus) this.#surplus += times;
  }

  fail(failure: ProofFailure): void {
    this.#inAll += 1;
    if (this.#failures.length < this.#max) this.#failures.push(failure);
  }

  failWalk(
    question: Question & { readonly own?: unknown },
    way: Walk,
    wrong: Pick<ProofFailure, 'kind' | 'expected' | 'why'>,
  ): void {
    if (this.#failures.length >= this.#max) {
      this.#inAll += 1;
      return;
    }
    const { own: _, ...asked } = question;
    const last = traceOf(this.#topology, asked, way).hops.at(-1);
    this.fail({
      ...wrong,
      question: asked,
      observed: way.outcome,
      hop: last ? { at: last.at, name: last.name } : { at: 'workspace', name: asked.from },
      why: `${asked.from} → ${asked.host}:${asked.port}${asked.service === undefined ? '' : `, dialled at ${asked.service}`}${asked.path === undefined ? '' : `, path ${asked.path}`}: ${wrong.why}${last ? ` (${last.why})` : ''}`,
    });
  }

  proof(of: Pick<ProofCounts, 'workspaces' | 'targets'>): Proof {
    return {
      holds: this.#inAll === 0,
      counts: {
        ...of,
        reached: this.#reached,
        surplus: this.#surplus,
        refused: this.#refused,
        refusedBy: Object.fromEntries(Object.entries(this.#codes).sort(([a], [b]) => (a < b ? -1 : 1))),
        adversarialDials: this.#dials,
      },
      failures: this.#failures,
      failuresInAll: this.#inAll,
    };
  }
}
