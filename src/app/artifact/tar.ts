/** A file of an archive. */
export interface TarFile {
  /** Relative, with `/`; at most 100 bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

const blockBytes = 512;

/**
 * Packs files as POSIX ustar: sorted by path, owned by root, without a time. The same files give the same bytes.
 *
 * @throws RangeError for a path that the header has no room for.
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, "ustar Interchange Format"
 */
export function packTar(files: readonly TarFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const parts: Uint8Array[] = [];
  for (const file of sorted) {
    parts.push(header(file), file.bytes, new Uint8Array(padding(file.bytes.length)));
  }
  return Buffer.concat([...parts, new Uint8Array(2 * blockBytes)]);
}

const padding = (length: number): number => (blockBytes - (length % blockBytes)) % blockBytes;

function header({ path, bytes, executable }: TarFile): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is longer than 100 bytes`);
  const put = (text: string, at: number): void => void block.write(text, at, 'latin1');
  const octal = (n: number, digits: number): string => n.toString(8).padStart(digits, '0');
  put(path, 0);
  put(octal(executable === true ? 0o755 : 0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(bytes.length, 11), 124);
  put(octal(0, 11), 136);
  put(' '.repeat(8), 148); // the sum is taken as if it were spaces
  put('0', 156);
  put('ustar\0', 257);
  put('00', 263);
  put('root', 265);
  put('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** The bytes of one regular file of an archive, or undefined. Names with a ustar prefix are put together. */
export function fileOfTar(archive: Uint8Array, path: string): Uint8Array | undefined {
  const text = (at: number, length: number): string =>
    Buffer.from(archive.buffer, archive.byteOffset + at, length)
      .toString('latin1')
      .replace(/\0.*$/s, '');
  for (let at = 0; at + blockBytes <= archive.length; ) {
    const name = text(at, 100);
    if (name === '') return undefined;
    const size = Number.parseInt(text(at + 124, 12), 8);
    if (!(size >= 0)) return undefined;
    const prefix = text(at + 257, 5) === 'ustar' ? text(at + 345, 155) : '';
    const full = prefix === '' ? name : `${prefix}/${name}`;
    if (full === path && /^[0\0]?$/.test(text(at + 156, 1)))
      return archive.subarray(at + blockBytes, at + blockBytes + size);
    at += blockBytes + size + padding(size);
  }
  return undefined;
}
