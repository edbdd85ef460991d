import { Transform } from 'node:stream';
import { AwsCallError } from './errors.ts';

/** Calls that one API is asked at the same time. More are throttled, and a throttled call is asked again and again. */
const callsAtOnce = 4;
/** Pages that one listing may have: a listing that never ends is broken. */
const pageCap = 1000;
/** Bytes of one answer. The largest is the routers' configuration, of which a router reads no more than this. */
const answerCapBytes = 64 * 2 ** 20;

/** What the clients of all the SDK's packages have in common. */
export interface SdkClient {
  destroy(): void;
  readonly middlewareStack: object;
}

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly next: string | undefined;
}

/**
 * One API of AWS. Its part of the SDK is loaded with the first call. Every call has the same bounds and the same kind
 * of error.
 */
export class Api<Client extends SdkClient> {
  /** As IAM has it, with the colon: `ec2:`. */
  private readonly prefix: string;
  private readonly load: () => Promise<Client>;
  private readonly gate = new Gate(callsAtOnce);
  private loaded: Promise<Client> | undefined;

  constructor(prefix: string, load: () => Promise<Client>) {
    this.prefix = prefix;
    this.load = load;
  }

  /** Makes one call. Throws AwsCallError for a refusal, for no answer and for one that is too large. */
  async call<T>(name: string, send: (client: Client) => Promise<T>): Promise<T> {
    this.loaded ??= this.load().then(withAnswerCap);
    const client = await this.loaded;
    return this.gate.pass(async () => {
      try {
        return await send(client);
      } catch (error) {
        throw AwsCallError.of(this.prefix + name, error);
      }
    });
  }

  /** Every item of a listing, over all its pages. */
  async all<P, Item>(
    name: string,
    send: (client: Client, token: string | undefined) => Promise<P>,
    of: (page: P) => Page<Item>,
  ): Promise<readonly Item[]> {
    const found: Item[] = [];
    let token: string | undefined;
    for (let at = 0; at < pageCap; at += 1) {
      const { items, next } = of(await this.call(name, (client) => send(client, token)));
      found.push(...(items ?? []));
      if (!next) return found;
      token = next;
    }
    throw new AwsCallError(this.prefix + name, 'TooManyPages', `the answer has more than ${pageCap} pages`);
  }

  /** Ends idle connections. */
  close(): void {
    this.loaded?.then(
      (client) => client.destroy(),
      () => {},
    );
  }
}

/** Lets a bounded number of works run; the others wait for their turn. */
export class Gate {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(width: number) {
    this.free = width;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((turn) => this.waiting.push(turn));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

/** The answer of a call before the SDK reads it. */
type Answered = (args: object) => Promise<{ readonly response: { body?: unknown } }>;

interface Middlewares {
  add(wrap: (next: Answered) => Answered, where: { step: 'deserialize'; priority: 'low'; name: string }): void;
}

/** The SDK reads answers to their end, however long: this cuts one that is longer than any real one. */
function withAnswerCap<Client extends SdkClient>(client: Client): Client {
  (client.middlewareStack as Middlewares).add(
    (next) => async (args) => {
      const answered = await next(args);
      const { response } = answered;
      if (isStream(response.body)) response.body = capped(response.body);
      return answered;
    },
    { step: 'deserialize', priority: 'low', name: 'answerCap' },
  );
  return client;
}

const isStream = (body: unknown): body is NodeJS.ReadableStream =>
  typeof body === 'object' && body !== null && 'pipe' in body;

function capped(body: NodeJS.ReadableStream): NodeJS.ReadableStream {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size <= answerCapBytes) done(null, chunk);
      else done(Object.assign(new Error(`more than ${answerCapBytes} bytes`), { name: 'AnswerTooLarge' }));
    },
  });
  body.on('error', (error) => counter.destroy(error));
  counter.on('error', () => (body as { destroy?(): void }).destroy?.());
  return body.pipe(counter);
}
