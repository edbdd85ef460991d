/** What a path means, byte by byte and segment by segment, as the words of the design say it. Slow, and shares no code. */
export function slowPath(raw: string): { path: string; text: string } | undefined {
  const units: { written: string; byte: number }[] = [];
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (raw[at] !== '%') {
      if (code <= 0x20 || code >= 0x7f || '\\?#'.includes(raw[at] ?? '')) return undefined;
      units.push({ written: raw[at] ?? '', byte: code });
      continue;
    }
    const hex = raw.slice(at + 1, at + 3);
    if (hex.length < 2 || [...hex].some((digit) => !'0123456789abcdefABCDEF'.includes(digit))) return undefined;
    const byte = Number(`0x${hex}`);
    if (byte < 0x20 || byte === 0x7f || '/\\?#'.includes(String.fromCharCode(byte))) return undefined;
    const isUnreserved = /^[a-z0-9]$/i.test(String.fromCharCode(byte)) || '-._~'.includes(String.fromCharCode(byte));
    units.push({ written: isUnreserved ? String.fromCharCode(byte) : `%${hex.toUpperCase()}`, byte });
    at += 2;
  }
  const bytes = units.map(({ byte }) => byte);
  for (const [at, byte] of bytes.entries()) {
    const next = bytes[at + 1] ?? -1;
    const continues = (below: number) => next >= 0x80 && next < below;
    if (byte === 0xc0 || byte === 0xc1 || (byte === 0xe0 && continues(0xa0)) || (byte === 0xf0 && continues(0x90)))
      return undefined;
    if ((byte === 0xf8 && continues(0x88)) || (byte === 0xfc && continues(0x84))) return undefined;
    const behind = String.fromCharCode(...bytes.slice(at + 1, at + 6));
    if (byte === 0x25 && (/^[0-9a-f]{2}/i.test(behind) || /^u[0-9a-f]{4}/i.test(behind))) return undefined;
  }
  const segments: { written: string; text: string }[] = [];
  for (const { written, byte } of units)
    if (byte === 0x2f) segments.push({ written: '', text: '' });
    else {
      const last = segments.at(-1);
      if (!last) return undefined;
      last.written += written;
      last.text += String.fromCharCode(byte);
    }
  let kept: typeof segments = [];
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment.text === '.' || segment.text === '..') {
      if (segment.text === '..') kept = kept.slice(0, Math.max(0, kept.length - 1));
      if (isLast) kept = [...kept, { written: '', text: '' }];
      continue;
    }
    const name = segment.text.includes(';') ? segment.text.slice(0, segment.text.indexOf(';')) : segment.text;
    if (name === '' && !(isLast && segment.text === '')) return undefined;
    for (const each of [name, segment.text]) if (each.endsWith('.') || each.endsWith(' ')) return undefined;
    kept = [...kept, segment];
  }
  return {
    path: kept.map(({ written }) => `/${written}`).join(''),
    text: kept.map(({ text }) => `/${text}`).join(''),
  };
}
