import type { Refusal } from '../../diagnostics/index.ts';
import type { FlowRules } from './flow-rules.ts';
import type { Flow, FlowEnd, FlowHead, FlowStart, FlowUpstream } from './recorder.ts';
import { bodyBytesMax } from './redaction/body-text.ts';

/** A head as it is kept: a text of its bytes, or the list of HTTP/2. Never a view: that would keep a socket's buffer alive. */
export type KeptHead = string | readonly string[];

/** What a kept request takes besides its texts, in bytes: measured, rounded up. */
const fixedBytes = 600;
/** What a piece of a body takes besides its bytes. */
const pieceBytes = 40;
/** What an entry of a list takes besides its text. */
const entryBytes = 16;

const keptHead = (head: FlowHead): KeptHead =>
  head instanceof Uint8Array ? Buffer.prototype.latin1Slice.call(head, 0, head.length) : head;

const bytesOf = (head: KeptHead | undefined): number => {
  if (head === undefined) return 0;
  if (typeof head === 'string') return head.length;
  let sum = 0;
  for (const text of head) sum += text.length + entryBytes;
  return sum;
};

/** What a flow tells the recorder. */
export interface FlowOwner {
  now(): number;
  /** Heads may be kept: open requests hold fewer bytes than they may. */
  readonly hasRoom: boolean;
  /** An open request holds so many bytes more, or fewer. */
  held(bytes: number): void;
  connected(upstream: FlowUpstream): void;
  ended(flow: KeptFlow): void;
}

/** One request as it is held in the memory of the process: with its secrets, which no way leads out of but `recordOf`. */
export class KeptFlow implements Flow {
  readonly start: FlowStart;
  readonly rules: FlowRules;
  /** It is recorded. Otherwise it is counted, and recorded only if it ends badly. */
  readonly isKept: boolean;
  readonly startMs = Date.now();
  readonly at: number;
  requestHead: KeptHead | undefined;
  status: number | undefined;
  answerHead: KeptHead | undefined;
  trailers: readonly string[] | undefined;
  upstreamAt: FlowUpstream | undefined;
  isReused = false;
  dialMs: number | undefined;
  firstByteMs: number | undefined;
  endMs = 0;
  fromClient = 0;
  toClient = 0;
  /** Beginnings of bodies, bytes as characters. Undefined: not kept. */
  requestBody: string | undefined;
  answerBody: string | undefined;
  endedAs: FlowEnd | undefined;
  refusal: Refusal | undefined;
  /** Bytes that it holds. */
  bytes = fixedBytes;
  readonly #owner: FlowOwner;

  constructor(owner: FlowOwner, start: FlowStart, { rules, isKept }: Pick<KeptFlow, 'rules' | 'isKept'>) {
    this.#owner = owner;
    this.rules = rules;
    this.isKept = isKept;
    this.at = owner.now();
    this.requestHead = isKept && owner.hasRoom ? keptHead(start.head) : undefined;
    // The bytes of the head are another's.
    this.start = { ...start, head: noHead };
    if (isKept && start.route && rules.keepsBodies(start.route.target, this.startMs)) {
      this.requestBody = '';
      this.answerBody = '';
    }
    this.bytes += bytesOf(this.requestHead);
    owner.held(this.bytes);
  }

  upstream(at: FlowUpstream, isReused: boolean): void {
    if (this.endedAs !== undefined) return;
    this.upstreamAt = at;
    this.isReused = isReused;
    if (isReused) return;
    this.dialMs = this.#owner.now() - this.at;
    this.#owner.connected(at);
  }

  responseHead(status: number, head: FlowHead): void {
    if (this.endedAs !== undefined) return;
    this.firstByteMs ??= this.#owner.now() - this.at;
    this.status = status;
    if (!this.isKept || !this.#owner.hasRoom) return;
    const before = bytesOf(this.answerHead);
    this.answerHead = keptHead(head);
    this.#hold(bytesOf(this.answerHead) - before);
  }

  responseTrailers(fields: readonly string[]): void {
    if (this.endedAs !== undefined || !this.isKept || !this.#owner.hasRoom) return;
    this.trailers = fields;
    this.#hold(bytesOf(fields));
  }

  requestBytes(chunk: Uint8Array): void {
    this.fromClient += chunk.length;
    if (this.requestBody !== undefined) this.requestBody += this.#beginning(chunk, this.requestBody.length);
  }

  responseBytes(chunk: Uint8Array): void {
    this.toClient += chunk.length;
    if (this.answerBody !== undefined) this.answerBody += this.#beginning(chunk, this.answerBody.length);
  }

  moved(fromClient: number, toClient: number): void {
    this.fromClient += fromClient;
    this.toClient += toClient;
  }

  end(end: FlowEnd, refusal?: Refusal): void {
    if (this.endedAs !== undefined) return;
    this.endedAs = end;
    this.refusal = refusal;
    this.endMs = this.#owner.now() - this.at;
    this.#owner.held(-this.bytes);
    this.#owner.ended(this);
  }

  #beginning(chunk: Uint8Array, held: number): string {
    const room = bodyBytesMax - held;
    if (room <= 0 || !this.#owner.hasRoom) return '';
    const text = Buffer.prototype.latin1Slice.call(chunk, 0, Math.min(room, chunk.length));
    this.#hold(text.length + pieceBytes);
    return text;
  }

  #hold(bytes: number): void {
    this.bytes += bytes;
    this.#owner.held(bytes);
  }
}

const noHead: readonly string[] = [];
