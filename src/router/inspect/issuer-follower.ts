import { diagnosticLine } from '../../diagnostics/index.ts';
import type { IssuerDocument } from '../../ir/index.ts';
import type { Issuer, IssuerMaterial } from './issuer.ts';
import { type GoodIssuer, goodIssuer } from './issuer-material.ts';
import type { IssuerSource } from './issuer-source.ts';

export interface IssuerFollowerOptions {
  readonly note: (sentence: string) => void;
  /** Told once a day and with each new issuer: the days that are left of it, begun days counted. 0: expired, or none. */
  readonly daysLeft: (days: number) => void;
  /** Milliseconds since the epoch. Default: the clock. */
  readonly nowMs?: () => number;
  /** Called for each issuer that can be used: {@link IssuerFollower.document} then is that one. */
  readonly onGood?: () => void;
}

const dayMs = 86_400_000;
/** Looks that failed in a row make the wait longer, up to this many times. */
const backoffMax = 16;

/**
 * The issuer of a router, from a source that it looks at again and again. What cannot be read or used is told and never
 * replaces what can. The last good one stays until it expires; then there is none.
 */
export class IssuerFollower implements Issuer {
  readonly #options: IssuerFollowerOptions;
  #source: IssuerSource | undefined;
  #good: GoodIssuer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #failures = 0;
  #told: string | undefined;
  #toldDaysAtMs = Number.NEGATIVE_INFINITY;
  #toldExpiry = false;
  #closed = false;

  constructor(options: IssuerFollowerOptions) {
    this.#options = options;
  }

  current(): IssuerMaterial | undefined {
    return this.#good && this.#good.notAfterMs > this.#nowMs() ? this.#good.material : undefined;
  }

  /** The last good one, for other processes of the router; its end is that of {@link current}. Secret. */
  get document(): IssuerDocument | undefined {
    return this.#good && { ...this.#good.document, notAfter: new Date(this.#good.notAfterMs).toISOString() };
  }

  /** Begins to follow a source, in place of what was followed. Resolves after the first look. */
  async follow(source: IssuerSource | undefined): Promise<void> {
    if (source?.place === this.#source?.place) return;
    clearTimeout(this.#timer);
    this.#source = source;
    this.#failures = 0;
    this.#told = undefined;
    await this.look();
  }

  /** Looks now. Looks never overlap. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #lookOnce(): Promise<void> {
    const source = this.#source;
    if (!source || this.#closed) return;
    clearTimeout(this.#timer);
    const looked = await source.look();
    if (source !== this.#source) return;
    switch (looked.is) {
      case 'same':
        this.#failures = 0;
        break;
      case 'unreadable':
        this.#failures += 1;
        this.#tell(diagnosticLine(looked.diagnostic), source.place);
        break;
      case 'text':
        this.#failures = 0;
        this.#take(looked.text, source.place);
        break;
      default:
        looked satisfies never;
    }
    this.#tellDays();
    if (this.#closed) return;
    const wait = source.everyMs * Math.min(2 ** this.#failures, backoffMax);
    this.#timer = setTimeout(() => void this.look(), wait);
    this.#timer.unref();
  }

  #take(text: string, place: string): void {
    const read = goodIssuer(text, place, this.#nowMs());
    if (read.is === 'bad') {
      for (const each of read.diagnostics) this.#tell(diagnosticLine(each), place);
      return;
    }
    this.#good = read.value;
    this.#told = undefined;
    this.#toldExpiry = false;
    this.#toldDaysAtMs = Number.NEGATIVE_INFINITY;
    const notAfter = new Date(read.value.notAfterMs).toISOString();
    this.#options.note(`the issuer at ${place} is used until ${notAfter}`);
    this.#options.onGood?.();
  }

  /** A problem that lasts is told once. */
  #tell(line: string, place: string): void {
    if (line === this.#told) return;
    this.#told = line;
    const isLeft = this.current() !== undefined;
    this.#options.note(
      `rejected the issuer at ${place}; ${isLeft ? 'the current one stays in use' : 'inspected names are refused with LG_NO_ISSUER'}`,
    );
    this.#options.note(line);
  }

  #tellDays(): void {
    const nowMs = this.#nowMs();
    const leftMs = Math.max(0, (this.#good?.notAfterMs ?? 0) - nowMs);
    if (leftMs === 0 && this.#good && !this.#toldExpiry) {
      this.#toldExpiry = true;
      this.#toldDaysAtMs = Number.NEGATIVE_INFINITY;
      this.#options.note(
        'the issuer has expired: inspected names are refused with LG_NO_ISSUER until there is a new one',
      );
    }
    if (nowMs - this.#toldDaysAtMs < dayMs) return;
    this.#toldDaysAtMs = nowMs;
    this.#options.daysLeft(Math.ceil(leftMs / dayMs));
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? Date.now)();
  }
}
