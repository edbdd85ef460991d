import type { z } from 'zod';
import type { Code, Nearest, Severity } from '../diagnostics/index.ts';
import type { grantSchema, namedSchemas, sectionSchemas } from './schema.ts';
import type { Problem } from './spec-source.ts';

type Sections = {
  readonly [K in Exclude<keyof typeof sectionSchemas, 'share_ncc'>]?: z.infer<(typeof sectionSchemas)[K]>;
};

/** One entry of a map of named things. */
export interface Named<T> {
  readonly name: string;
  /** Absent where so little of its shape is right that nothing more can be said of it. */
  readonly value?: T;
  /** Fields as written, right or wrong. */
  readonly fields: readonly string[];
  /** False where parts were left out because they are wrong: then a value may be a default that was not chosen. */
  readonly sound: boolean;
  /** True if a field is not there, and no unknown field beside it can have been meant for it. */
  lacks(field: string): boolean;
}

type NamedSections = {
  readonly [K in keyof typeof namedSchemas]: ReadonlyMap<string, Named<z.infer<(typeof namedSchemas)[K]>>>;
};

export type RawGrant = z.infer<typeof grantSchema>;

/** The file as written, each part that has the right shape. Sections that are absent or wrong are undefined. */
export interface RawSpec extends Sections, NamedSections {
  /** By index; undefined where the shape is wrong. */
  readonly access: readonly (RawGrant | undefined)[];
  readonly shareNcc: readonly (readonly string[] | undefined)[];
  /** Sections that the file has, right or wrong. */
  readonly present: ReadonlySet<string>;
  /** Sections of which parts were left out because they are wrong: nothing may be said of what is missing there. */
  readonly unsound: ReadonlySet<string>;
}

export type Raw<K extends keyof typeof namedSchemas> = z.infer<(typeof namedSchemas)[K]>;

/** What a rule across fields gets. */
export interface Checking {
  readonly raw: RawSpec;
  readonly nearest: Nearest;
  report(problem: Problem): void;
}

/** A problem in few words. */
export const problem = (
  code: Code,
  path: Problem['path'],
  message: string,
  more: { readonly hint?: string | undefined; readonly severity?: Severity; readonly at?: 'key' } = {},
): Problem => ({
  code,
  severity: more.severity ?? 'error',
  path,
  message,
  ...(more.hint !== undefined && { hint: more.hint }),
  ...(more.at && { at: more.at }),
});
