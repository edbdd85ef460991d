/** Why a mutant in a guarded file may survive. Found by its file and the change; `original` is the text as it stands. */
export interface Explanation {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

/** Written by hand. A test holds each to a mutant that there is. */
export const explained: readonly Explanation[] = [];
