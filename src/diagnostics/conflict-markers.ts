/** Where a merge of git left a file with both sides in it: the offset of the first marker. Undefined where it left none. */
export function conflictMarker(text: string): number | undefined {
  const first = text.search(/^<{7}(?: |\r?$)/m);
  return first >= 0 && /^>{7}(?: |\r?$)/m.test(text.slice(first)) ? first : undefined;
}
