import { problem } from './raw-spec.ts';
import type { Problem } from './spec-source.ts';

/** Problems of one file that are listed. More are counted: a file of garbage has as many as it has lines. */
const problemsAtMost = 1000;

/** The first problems of a file, as they are found, and how many there are beyond. */
export class FirstProblems {
  readonly kept: Problem[] = [];
  #more = 0;
  #hasMoreErrors = false;

  readonly report = (each: Problem): void => {
    if (this.room > 0) this.kept.push(each);
    else this.leaveOut(1, each.severity === 'error');
  };

  /** How many more are listed. */
  get room(): number {
    return problemsAtMost - this.kept.length;
  }

  /** Counts problems that nobody has put into words. */
  leaveOut(count: number, areErrors = true): void {
    this.#more += count;
    this.#hasMoreErrors ||= areErrors && count > 0;
  }

  /** Says how many are not listed; nothing if all are. */
  get rest(): readonly Problem[] {
    if (this.#more === 0) return [];
    const message = `there are at least ${this.#more.toLocaleString('en')} more problems, which are not listed`;
    const severity = this.#hasMoreErrors ? 'error' : 'warning';
    return [
      problem('LG_MORE_PROBLEMS', [], message, { severity, hint: 'correct those that are listed, and check again' }),
    ];
  }
}
