/**
 * How well a fact is known. `documented`: the vendor's own page or API text. `reported`: a third party says it.
 * `assumption`: no source was found, or the sources differ; the value is the careful choice and should be tested.
 */
export type Sureness = 'documented' | 'reported' | 'assumption';

/** Something that AWS or Databricks chose, with where it was read. Code takes facts as an argument. */
export interface Fact<T> {
  /** The name that messages and `limits:` of a spec use. */
  readonly name: string;
  readonly value: T;
  /** What the value counts or measures, such as `endpoints per region`. */
  readonly unit: string;
  /** Whether the vendor says that it raises it on request. */
  readonly adjustable: boolean;
  readonly sure: Sureness;
  /** Where it was read: an address, or what it was derived from. */
  readonly source: string;
  /** The day (or month) someone read the source, `2026-11-20` or `2026-11`. */
  readonly asOf: string;
  /** What a reader must know in addition to the number. */
  readonly remark?: string;
}

/** Facts of one page share their source and day. */
export const fromPage =
  (source: string, asOf: string, sure: Sureness = 'documented') =>
  <T>(name: string, value: T, unit: string, more: { adjustable?: boolean; remark?: string } = {}): Fact<T> => ({
    name,
    value,
    unit,
    adjustable: more.adjustable ?? false,
    sure,
    source,
    asOf,
    ...(more.remark === undefined ? {} : { remark: more.remark }),
  });
