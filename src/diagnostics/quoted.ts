const shownCharacters = 80;

/** Text from the network for a message or a log: printable ASCII, in quotes, cut at 80 characters. */
export function quoted(text: string): string {
  const cut = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  return `“${cut.replace(/[^\x20-\x7e…]/g, '?')}”`;
}
