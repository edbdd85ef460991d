import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

/** A file of an archive. */
export interface ArchiveFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

/** What would differ between two machines or days is the same everywhere. */
const anyones = { type: 'file', mtime: new Date(0), uid: 0, gid: 0, uname: 'root', gname: 'root' } as const;

/** Packs files into a tar archive, sorted by path. The same files give the same bytes, in whatever order they come. */
export async function packArchive(files: readonly ArchiveFile[]): Promise<Uint8Array> {
  const archive = pack();
  for (const { path, bytes, executable } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    archive.entry({ ...anyones, name: path, mode: executable === true ? 0o755 : 0o644 }, Buffer.from(bytes));
  archive.finalize();
  return buffer(archive);
}

/** The bytes of one regular file of a tar archive, or undefined. */
export async function fileOfArchive(archive: Uint8Array, path: string): Promise<Uint8Array | undefined> {
  const entries = extract();
  entries.end(Buffer.from(archive));
  let found: Uint8Array | undefined;
  for await (const entry of entries) {
    const bytes = await buffer(entry);
    if (entry.header.name === path && entry.header.type === 'file') found = bytes;
  }
  return found;
}
