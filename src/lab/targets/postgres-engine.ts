import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * One PostgreSQL (PGlite, compiled to WebAssembly) for all Postgres targets of a lab: one instance for each would cost 400 MB and a
 * second of start. It runs in a worker thread and starts on first use. PostgreSQL in this form has one backend, so sessions take turns
 * by transaction; each target has its own schema, and the setting `lakegate.server` contains the name of the target.
 */
export interface PostgresEngine {
  /** Begins to start it, so that the first connection need not wait. */
  warmUp(): void;
  session(target: string): PostgresSession;
  close(): Promise<void>;
}

/** One client's conversation with the backend. */
export interface PostgresSession {
  /** Sends protocol messages and gives what the backend answers. Waits for its turn; throws when that takes longer than the limit. */
  send(messages: Uint8Array): Promise<Uint8Array>;
  /** Ends what the client left open. */
  end(): void;
}

/** How long a client waits for another one's transaction. */
const turnDeadlineMs = 10_000;
/** One request may take this long, once the backend is up. After it the backend is given up: some ends of a session leave it hanging. */
const requestDeadlineMs = 30_000;
/** Clients that may wait at a time. */
const waitersCap = 64;

/** Runs in the worker. Text, because a bundle of one file has no second file to point a worker to. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const ready = import(workerData).then(({ PGlite }) => PGlite.create());
ready.then(() => parentPort.postMessage({ ready: true }));
parentPort.on('message', async ({ id, bytes }) => {
  try {
    const answer = await (await ready).execProtocolRaw(bytes);
    parentPort.postMessage({ id, answer });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
`;

interface Answer {
  /** Once, before all answers. */
  readonly ready?: true;
  readonly id: number;
  readonly answer?: Uint8Array;
  readonly error?: string;
}

interface Pending {
  done(answer: Uint8Array): void;
  failed(error: Error): void;
}

interface Waiter {
  take(): void;
}

/** An engine that has not started yet. */
export function createPostgresEngine(): PostgresEngine {
  let worker: Worker | undefined;
  let closed = false;
  let up = false;
  let cancelDeadline = (): void => undefined;
  let onRequest = (): void => undefined;
  let nextId = 0;
  const pending = new Map<number, Pending>();
  const schemas = new Set<string>();
  const waiters: Waiter[] = [];
  let holder: object | undefined;
  let lastTarget = '';

  /** A backend that has ended takes its sessions and schemas along; the next request starts another. */
  const lost = (which: Worker, error: Error): void => {
    if (worker !== which) return;
    worker = undefined;
    up = false;
    cancelDeadline();
    schemas.clear();
    lastTarget = '';
    for (const each of pending.values()) each.failed(error);
    pending.clear();
  };
  const started = (): Worker => {
    if (worker) return worker;
    const library = createRequire(import.meta.url).resolve('@electric-sql/pglite');
    const made = new Worker(program, { eval: true, workerData: library });
    /** The session that has its turn is the only one with a request, so one timer is enough. */
    const watch = (): void => {
      cancelDeadline();
      if (!up || pending.size === 0) return;
      const timer = setTimeout(() => void made.terminate(), requestDeadlineMs);
      cancelDeadline = () => clearTimeout(timer);
    };
    onRequest = watch;
    made.on('message', ({ ready, id, answer, error }: Answer) => {
      if (ready) {
        up = true;
        return watch();
      }
      const waiting = pending.get(id);
      pending.delete(id);
      watch();
      if (answer) return waiting?.done(answer);
      waiting?.failed(new Error(error ?? 'no answer'));
      void made.terminate(); // what threw once is not trusted again
    });
    made.on('error', (error) => lost(made, error));
    made.on('exit', () => lost(made, new Error('the PostgreSQL of the lab has ended')));
    worker = made;
    worker.unref();
    return worker;
  };
  const execute = (bytes: Uint8Array): Promise<Uint8Array> =>
    new Promise((done, failed) => {
      if (closed) return failed(new Error('the lab is closed'));
      const id = nextId++;
      pending.set(id, { done, failed });
      started().postMessage({ id, bytes });
      onRequest();
    });
  const takeTurn = (session: object): Promise<void> => {
    if (holder === undefined || holder === session) {
      holder = session;
      return Promise.resolve();
    }
    if (waiters.length >= waitersCap)
      return Promise.reject(new Error('too many clients wait for the lab’s PostgreSQL'));
    return new Promise((done, failed) => {
      const waiter: Waiter = {
        take() {
          clearTimeout(timer);
          holder = session;
          done();
        },
      };
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1);
        failed(new Error('another client has kept the lab’s PostgreSQL in a transaction for too long'));
      }, turnDeadlineMs);
      waiters.push(waiter);
    });
  };
  const giveTurn = (): void => {
    holder = undefined;
    waiters.shift()?.take();
  };
  const actAs = async (target: string): Promise<void> => {
    if (lastTarget === target) return;
    if (!schemas.has(target)) {
      await execute(query(createSchema(target)));
      schemas.add(target);
    }
    await execute(query(`SET lakegate.server = ${literal(target)}; SET search_path = ${identifier(target)}, public`));
    lastTarget = target;
  };

  return {
    warmUp: () => void execute(query('SELECT 1')).catch(() => undefined),
    session(target) {
      const me = {};
      return {
        async send(messages) {
          if (!up) await execute(query('SELECT 1')); // the start is not part of a turn: on a busy machine it takes longer than one
          await takeTurn(me);
          let idle = true;
          try {
            await actAs(target);
            const answer = await execute(messages);
            idle = transactionState(answer) !== 'open';
            return answer;
          } finally {
            if (idle) giveTurn();
          }
        },
        end() {
          if (holder !== me) return;
          execute(query('ROLLBACK'))
            .catch(() => undefined)
            .finally(giveTurn);
        },
      };
    },
    async close() {
      closed = true;
      cancelDeadline();
      await worker?.terminate();
    },
  };
}

const createSchema = (target: string): string =>
  `CREATE SCHEMA ${identifier(target)}; CREATE TABLE ${identifier(target)}.whoami (server text);
   INSERT INTO ${identifier(target)}.whoami VALUES (${literal(target)})`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A simple Query message. */
export function query(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`);
  const head = Buffer.alloc(5);
  head.write('Q', 'latin1');
  head.writeUInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

/** Whether the answer leaves a transaction open: its last ReadyForQuery says it. Without one, more messages of the same request come. */
function transactionState(answer: Uint8Array): 'idle' | 'open' {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  let at = 0;
  let state: 'idle' | 'open' = 'open';
  while (at + 5 <= bytes.length) {
    const length = bytes.readUInt32BE(at + 1);
    if (bytes[at] === 0x5a) state = bytes[at + 5] === 0x49 ? 'idle' : 'open';
    if (length < 4) break;
    at += 1 + length;
  }
  return state;
}
