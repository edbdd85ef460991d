/** What Node's `util.inspect` looks for; the symbol is global, so no import is needed. */
const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A value that must not be seen: printing, JSON and inspection give `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect](): string {
    return '[redacted]';
  }
}
