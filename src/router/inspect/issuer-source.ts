import type { Diagnostic } from '../../diagnostics/index.ts';

/** What a source found when it looked. */
export type Looked =
  /** Nothing has changed since the last look. */
  | { readonly is: 'same' }
  /** The text of a document, new or changed. Secret. */
  | { readonly is: 'text'; readonly text: string }
  /** It cannot be read. A source says the same again while that lasts; who follows it tells it once. */
  | { readonly is: 'unreadable'; readonly diagnostic: Diagnostic };

/** A place from which routers fetch their issuer: a file, or a secret of a cloud. */
export interface IssuerSource {
  /** As messages name it, such as a path or the name of a secret. */
  readonly place: string;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Looks once. Never rejects, and is not called while it looks. */
  look(): Promise<Looked>;
}
