import type { CoveredTest } from './state.ts';

/** How much more than the unchanged code a mutant may take. Beyond it, it counts as an endless loop or a lost answer. */
export const msAllowed = (ms: number): number => Math.max(2_000, Math.min(20 * ms, 4 * ms + 5_000));
const stepsAllowed = (steps: number): number => 200_000 + 20 * steps;

/** What is run next in a test: it alone, or with a mutant on. */
type Attempt = { readonly is: 'unchanged' } | { readonly is: 'mutant'; readonly id: number };

/** The attempts of one test: unchanged first, then each mutant; after one that fails, unchanged again. */
export class TestAttempts {
  readonly coverage: CoveredTest;
  readonly stepsAtMost: number;
  readonly msAtMost: number;
  private isHung = false;
  next: Attempt | undefined = { is: 'unchanged' };
  private readonly left: number[];
  private readonly retried = new Set<number>();
  private suspect: { readonly id: number; readonly how: 'failed' | 'hung' } | undefined;
  private runs = 0;

  constructor(coverage: CoveredTest, ids: readonly number[]) {
    this.coverage = coverage;
    this.left = [...ids];
    this.stepsAtMost = stepsAllowed(coverage.steps);
    this.msAtMost = msAllowed(coverage.ms);
  }

  /** Says what is run now. */
  begin(): Attempt | undefined {
    this.isHung = false;
    return this.next;
  }

  /** The attempt has not ended in its time. */
  hangs(): void {
    this.isHung = true;
  }

  /** Takes the outcome of the attempt, and says what is known now. */
  end({ hasFailed, isOver, ms }: { hasFailed: boolean; isOver: boolean; ms: number }) {
    const killed: { readonly id: number; readonly how: 'failed' | 'hung' }[] = [];
    let isSpoiled = false;
    let isUnusable = false;
    const attempt = this.next;
    if (attempt?.is === 'mutant') {
      this.runs += 1;
      this.suspect = hasFailed ? { id: attempt.id, how: this.isHung || isOver ? 'hung' : 'failed' } : undefined;
      this.next = hasFailed ? { is: 'unchanged' } : this.following();
    } else if (!hasFailed) {
      const { suspect } = this;
      // A machine that is slow for a moment must not look like a mutant that hangs.
      const isSlow = suspect?.how === 'hung' && ms > this.msAtMost / 4 && !this.retried.has(suspect.id);
      if (suspect && isSlow) this.left.push(suspect.id);
      else if (suspect) killed.push(suspect);
      if (suspect && isSlow) this.retried.add(suspect.id);
      this.suspect = undefined;
      this.next = this.following();
    } else {
      // The unchanged code fails: after a first mutant it is that one's doing; later, any mutant before may have left it so.
      isUnusable = this.runs === 0;
      isSpoiled = this.runs > 0;
      if (this.suspect && this.runs === 1) killed.push(this.suspect);
      this.next = undefined;
    }
    return { killed, isSpoiled, isUnusable };
  }

  private following(): Attempt | undefined {
    const id = this.left.shift();
    return id === undefined ? undefined : { is: 'mutant', id };
  }
}
