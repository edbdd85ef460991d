/** What docs/errors.md says of a code. The page is generated from this (`npm run docs`). */
export interface CodeText {
  /** One line, no full stop. */
  readonly title: string;
  /** Why it happens, in one to three sentences. */
  readonly explain: string;
  /** What to do, in one to three sentences. */
  readonly fix: string;
}
