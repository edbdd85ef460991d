/** `1 target`, `12,000 targets`, `2 entries`, `256 addresses`: a count with its noun, for messages. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${count === 1 ? noun : pluralOf(noun)}`;

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** The tables of a language take a tenth of the start of a command to load, and most counts need none of them. */
const grouped = (count: number): string =>
  Number.isInteger(count) && count >= 0 && count < 1000 ? String(count) : count.toLocaleString('en');
