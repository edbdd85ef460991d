import { type ChildProcess, fork } from 'node:child_process';
import type { IssuerDocument, Policy, RoutePlan } from '../../ir/index.ts';
import type { FlowSource } from '../admin/flow-feed.ts';
import type { FlowsRead } from '../flows/flow-ring.ts';
import type { Snapshot } from '../metrics.ts';
import type { HostPort, Reloaded } from '../options.ts';
import type { RouterLimits } from '../router-limits.ts';
import { mergeSnapshots } from './merge.ts';
import type { Order, Reply } from './messages.ts';
import { workerMark } from './worker.ts';

export interface WorkerPoolOptions {
  readonly plan: RoutePlan;
  readonly policy: Policy;
  readonly workers: number;
  readonly limits: Partial<RouterLimits>;
  readonly log: 'json' | 'text';
  /** The CA for inspected names, where there is one at the start. Secret. */
  readonly issuer?: IssuerDocument;
  /** A module that calls `runWorker`, and its arguments. */
  readonly entry: { readonly module: string; readonly args: readonly string[] };
  readonly bind?: Readonly<Record<string, HostPort>>;
  /** One sentence for the operator. */
  readonly note: (sentence: string) => void;
}

/** A worker must answer by then, in milliseconds; drains have their own deadline on top. */
const answerMs = 30_000;
/** A worker that dies is replaced after this many milliseconds. */
const replaceMs = 1000;

type OrderBody = Order extends infer O ? (O extends Order ? Omit<O, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** One worker process, asked and answered by numbered messages. */
class WorkerProcess implements FlowSource {
  readonly process: ChildProcess;
  readonly gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor({ module, args }: WorkerPoolOptions['entry']) {
    this.process = fork(module, [...args], { env: { ...process.env, [workerMark]: '1' }, stdio: 'inherit' });
    this.process.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.did === 'fail') waiting?.reject(new Error(reply.message));
      else waiting?.resolve(reply);
    });
    this.gone = new Promise((resolve) => {
      const end = (why: string): void => {
        for (const { reject } of this.#waiting.values()) reject(new Error(why));
        this.#waiting.clear();
        resolve();
      };
      this.process.once('exit', (code, signal) =>
        end(`worker ${this.process.pid} ended (${signal ?? code}) before it answered`),
      );
      // A process that could not be started ends without having begun. One that could not be killed or told something has not ended.
      this.process.on('error', (error) => {
        if (this.process.pid === undefined) end(`a worker could not be started: ${error.message}`);
      });
    });
  }

  async readFlows(since: number, most: number): Promise<FlowsRead> {
    const reply = await this.ask({ do: 'flows', since, most });
    if (reply.did !== 'flows') throw new Error(`worker ${this.process.pid} answered ${reply.did}`);
    return reply.read;
  }

  end(): void {
    this.process.kill('SIGKILL');
  }

  ask(order: OrderBody, moreMs = 0): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#last += 1;
      const id = this.#last;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`worker ${this.process.pid} did not answer ${order.do} within ${answerMs + moreMs} ms`));
      }, answerMs + moreMs);
      const done =
        <T>(tell: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          tell(value);
        };
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      this.process.send({ ...order, id }, (error) => {
        if (error) this.#waiting.get(id)?.reject(error);
      });
    });
  }
}

const noneLeft: Reloaded = {
  is: 'refused',
  diagnostics: [{ code: 'LG_ROUTER_BIND', severity: 'error', path: [], message: 'no worker could take the plan' }],
};

/** Several router processes that share their listening ports and are seen as one. */
export class WorkerPool {
  plan: RoutePlan;
  readonly #options: WorkerPoolOptions;
  #policy: Policy;
  #issuer: IssuerDocument | undefined;
  #workers: WorkerProcess[] = [];
  /** Those that have started. */
  readonly #ready = new Set<WorkerProcess>();
  #onReady: (() => void) | undefined;
  #ending = false;
  /** Ends with the last of what goes one by one, so that a worker that starts misses no plan and no policy. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.plan = options.plan;
    this.#policy = options.policy;
    this.#issuer = options.issuer;
  }

  /** Starts all workers. Rejects when one cannot start; none is left then. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const started = await Promise.allSettled(Array.from({ length: options.workers }, () => pool.#add()));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed?.status !== 'rejected') return pool;
    await pool.close();
    throw failed.reason;
  }

  /** Process ids, for operators and tests. */
  get pids(): readonly number[] {
    return this.#workers.flatMap(({ process }) => process.pid ?? []);
  }

  /** Resolves when this many workers carry connections. */
  whenReady(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#ready.size < count) return;
        this.#onReady = undefined;
        resolve();
      };
      this.#onReady = look;
      look();
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #add(): Promise<void> {
    const worker = new WorkerProcess(this.#options.entry);
    this.#workers.push(worker);
    void worker.gone.then(() => {
      this.#workers = this.#workers.filter((one) => one !== worker);
      this.#ready.delete(worker);
      if (this.#ending) return;
      this.#options.note(`worker ${worker.process.pid} is gone; another one takes its place`);
      setTimeout(() => {
        this.#inTurn(async () => {
          if (!this.#ending) await this.#add();
        }).catch((error: unknown) => this.#options.note(`a worker cannot start: ${String(error)}`));
      }, replaceMs);
    });
    const { limits, log, bind } = this.#options;
    const issuer = this.#issuer;
    const present = { plan: this.plan, policy: this.#policy, ...(issuer && { issuer }) };
    try {
      await worker.ask({ do: 'start', ...present, limits, log, ...(bind && { bind }) });
    } catch (error) {
      worker.end();
      throw error;
    }
    this.#ready.add(worker);
    this.#onReady?.();
  }

  /** A worker that does not obey is ended: what it carries by may be outdated, and another one takes its place. */
  async #tellAll(order: OrderBody): Promise<readonly Reply[]> {
    const tell = async (worker: WorkerProcess): Promise<readonly Reply[]> => {
      try {
        return [await worker.ask(order)];
      } catch (error) {
        this.#options.note(`a worker is ended: ${error instanceof Error ? error.message : error}`);
        this.#ready.delete(worker);
        worker.end();
        return [];
      }
    };
    return (await Promise.all([...this.#ready].map(tell))).flat();
  }

  /** Every worker takes the plan, or all keep the old one: what one cannot bind, none can. */
  reload(plan: RoutePlan): Promise<Reloaded> {
    return this.#inTurn(async () => {
      const asked = this.#ready.size;
      const replies = await this.#tellAll({ do: 'reload', plan });
      const results = replies.flatMap((reply) => (reply.did === 'reload' ? [reply.result] : []));
      const refused = asked > 0 && results.length === 0 ? noneLeft : results.find(({ is }) => is === 'refused');
      if (refused) {
        await this.#tellAll({ do: 'reload', plan: this.plan });
        return refused;
      }
      this.plan = plan;
      return results[0] ?? { is: 'done' };
    });
  }

  setPolicy(policy: Policy): Promise<void> {
    return this.#inTurn(async () => {
      this.#policy = policy;
      await this.#tellAll({ do: 'policy', policy });
    });
  }

  setIssuer(issuer: IssuerDocument): Promise<void> {
    return this.#inTurn(async () => {
      this.#issuer = issuer;
      await this.#tellAll({ do: 'issuer', issuer });
    });
  }

  async stats(): Promise<Snapshot> {
    const replies = await Promise.allSettled([...this.#ready].map((worker) => worker.ask({ do: 'stats' })));
    const merged = mergeSnapshots(
      replies.flatMap((reply) =>
        reply.status === 'fulfilled' && reply.value.did === 'stats' ? [reply.value.snapshot] : [],
      ),
    );
    if (!merged) throw new Error('no worker runs');
    return this.#ending ? { ...merged, draining: true } : merged;
  }

  /** The workers that there are now, as sources of flow records. */
  get flowSources(): readonly FlowSource[] {
    return [...this.#ready];
  }

  async drain(deadlineMs: number): Promise<{ readonly cut: number }> {
    this.#ending = true;
    const workers = [...this.#workers];
    const replies = await Promise.allSettled(
      workers.map((worker) => worker.ask({ do: 'drain', deadlineMs }, deadlineMs)),
    );
    for (const [i, worker] of workers.entries()) if (replies[i]?.status === 'rejected') worker.end();
    await Promise.all(workers.map(({ gone }) => gone));
    return {
      cut: replies.reduce(
        (sum, reply) => sum + (reply.status === 'fulfilled' && reply.value.did === 'drain' ? reply.value.cut : 0),
        0,
      ),
    };
  }

  async close(): Promise<void> {
    this.#ending = true;
    const workers = [...this.#workers];
    for (const worker of workers) worker.end();
    await Promise.all(workers.map(({ gone }) => gone));
  }
}
