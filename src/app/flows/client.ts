import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { type FlowRecord, flowRecordShape } from '../../ir/index.ts';
import { linesOf } from './lines.ts';
import type { FlowsPlace } from './place.ts';

/** What is asked of a router; absent fields ask for all. */
export interface FlowsQuestion {
  /** Records behind this number. Absent: the last ones. */
  readonly since?: number;
  /** At most so many, 1 to 1000. Default 100. */
  readonly limit?: number;
  readonly target?: string;
  readonly workspace?: string;
  /** `503`, `5xx`, `refused` or `bad`. */
  readonly status?: string;
  /** A part of the path. */
  readonly path?: string;
}

/** Records, the oldest first. */
export interface FlowsPage {
  readonly flows: readonly FlowRecord[];
  /** What to give as `since` next time. */
  readonly next: number;
  /** Records that were gone before they could be read. */
  readonly dropped: number;
}

/** What a follower is told. */
export interface FlowsListener {
  record(record: FlowRecord): void;
  dropped(count: number): void;
}

/** Why a router gave no records, in one sentence. */
export class FlowsFailure extends Error {}

const pageShape = z.object({ flows: z.array(flowRecordShape), next: z.number(), dropped: z.number() });
const lineShape = z.union([flowRecordShape, z.object({ dropped: z.number() })]);

/** A router on this machine answers within milliseconds; one that is stopped never. */
const answerMs = 10_000;
/** Bytes of a page at most: a router sends some 2 MB. */
const pageBytesMax = 64 * 1024 * 1024;

/** Reads the flows of a running router over its flow socket. */
export class FlowsClient {
  readonly #place: FlowsPlace;
  readonly #token: string;

  constructor(place: FlowsPlace, token: string) {
    this.#place = place;
    this.#token = token;
  }

  /** @throws FlowsFailure where there is no router, or it refuses. */
  async read(question: FlowsQuestion): Promise<FlowsPage> {
    const answer = await this.#ask(question, false, AbortSignal.timeout(answerMs));
    return this.#checked(pageShape, await bodyOf(answer));
  }

  /**
   * Tells each record as it comes, the last ones first, until the signal or the router ends it.
   *
   * @throws FlowsFailure where there is no router, it refuses, or it goes away.
   */
  async follow(question: FlowsQuestion, listener: FlowsListener, signal: AbortSignal): Promise<void> {
    let hasBegun = false;
    try {
      const answer = await this.#ask(question, true, signal);
      hasBegun = true;
      for await (const line of linesOf(answer)) {
        const told = this.#checked(lineShape, line);
        if ('dropped' in told) listener.dropped(told.dropped);
        else listener.record(told);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!hasBegun || error instanceof FlowsFailure) throw this.#failure(error);
    }
    if (!signal.aborted) throw new FlowsFailure(`the router at ${this.#shown} has ended`);
  }

  #ask(question: FlowsQuestion, follow: boolean, signal: AbortSignal): Promise<IncomingMessage> {
    const query = new URLSearchParams(follow ? { follow: '1' } : {});
    for (const [name, value] of Object.entries(question)) if (value !== undefined) query.set(name, String(value));
    const place = this.#place;
    return new Promise<IncomingMessage>((resolve, reject) => {
      const asking: ClientRequest = request({
        ...(place.by === 'unix' ? { socketPath: place.path } : { host: place.host, port: place.port }),
        path: `/flows?${query}`,
        headers: { authorization: `Bearer ${this.#token}`, host: this.#host },
        agent: false,
        signal,
      });
      asking.once('response', (answer) => {
        if (answer.statusCode === 200) resolve(answer);
        else
          void bodyOf(answer).then(
            (text) => reject(new FlowsFailure(`the router at ${this.#shown} refuses: ${reasonIn(text)}`)),
            reject,
          );
      });
      asking.once('error', (error) => reject(this.#failure(error)));
      asking.end();
    });
  }

  get #host(): string {
    const place = this.#place;
    if (place.by === 'unix') return 'localhost';
    return `${isIPv6(place.host) ? `[${place.host}]` : place.host}:${place.port}`;
  }

  get #shown(): string {
    return this.#place.by === 'unix' ? `unix:${this.#place.path}` : this.#host;
  }

  #checked<T>(shape: z.ZodType<T>, text: string): T {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const checked = shape.safeParse(value);
    if (checked.success) return checked.data;
    throw new FlowsFailure(`what ${this.#shown} says are no flow records of this version of lakegate`);
  }

  #failure(error: unknown): FlowsFailure {
    if (error instanceof FlowsFailure) return error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${answerMs} ms` : code;
    return new FlowsFailure(`no router serves flows at ${this.#shown} (${why})`);
  }
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > pageBytesMax) throw new FlowsFailure(`an answer has more than ${pageBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : 'it gives no reason';
  } catch {
    return 'it gives no reason';
  }
}
