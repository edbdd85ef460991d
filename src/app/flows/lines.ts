/** A record with all that it may hold is shorter. */
const lineBytesMax = 1024 * 1024;

/** The lines of a stream of text. One that is longer than any record is left out. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = held + text.slice(from, end);
      held = '';
      if (!isTooLong && line !== '') yield line;
      isTooLong = false;
      from = end + 1;
    }
    held += text.slice(from);
    if (held.length > lineBytesMax) {
      held = '';
      isTooLong = true;
    }
  }
  if (held !== '' && !isTooLong) yield held;
}
