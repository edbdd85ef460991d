/** The first few of a list in words, and how many are left out, so that no message grows with its input. */
export function listOf(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
