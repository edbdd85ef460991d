/** Comparisons of one reading. Beyond it no word is suggested, so that 10,000 wrong names in a file of 10,000 stay cheap. */
const comparisonsAtMost = 500_000;

/** Suggests the word that was probably meant. Keeps the count of its work: one for each reading. */
export interface Nearest {
  /** The closest candidate within a third of the word's letters (two at least for words of four and more), or undefined. */
  nearest(word: string, candidates: Iterable<string>): string | undefined;
}

export function makeNearest(comparisons = comparisonsAtMost): Nearest {
  let left = comparisons;
  return {
    nearest(word, candidates) {
      if (word.length > 64) return undefined;
      const wanted = word.toLowerCase();
      let best: string | undefined;
      let allowed = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
      for (const candidate of candidates) {
        if (left-- <= 0) return best;
        if (Math.abs(candidate.length - wanted.length) > allowed) continue;
        const distance = editDistance(wanted, candidate.toLowerCase());
        if (distance > allowed || (best !== undefined && distance === allowed)) continue;
        best = candidate;
        allowed = distance;
      }
      return best;
    },
  };
}

/** `; did you mean events?` where a candidate is near the word, else nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = makeNearest().nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Letters to insert, delete, replace or swap with their neighbour to turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [before, last] = [last, row];
  }
  return last[to.length] ?? 0;
}
