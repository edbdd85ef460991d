import type { Diagnostic } from '../diagnostics/index.ts';

/** What came from a file or the network, after its check: the value, or every problem found. */
export type Checked<T> =
  | { readonly is: 'good'; readonly value: T }
  | { readonly is: 'bad'; readonly diagnostics: readonly Diagnostic[] };
