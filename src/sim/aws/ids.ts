import { createHash } from 'node:crypto';

/**
 * Makes ids that look as AWS makes them, each once. The same seed and the same calls give the same ids,
 * so that a test that fails can be read again.
 */
export class Ids {
  private count = 0;
  private readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** `vpc-0` and sixteen hexadecimal digits: the seventeen that AWS uses since 2018. */
  id(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  hex(length: number): string {
    this.count += 1;
    return createHash('sha256').update(`${this.seed}/${this.count}`).digest('hex').slice(0, length);
  }

  uuid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** Upper-case letters and digits, as in role ids. */
  upper(prefix: string, length: number): string {
    return (
      prefix +
      BigInt(`0x${this.hex(60)}`)
        .toString(36)
        .toUpperCase()
        .slice(0, length)
    );
  }

  /** For `name_prefix`: the provider appends a time and a counter, 26 digits in all. */
  suffix(): string {
    return BigInt(`0x${this.hex(30)}`)
      .toString()
      .padStart(26, '0')
      .slice(0, 26);
  }
}
