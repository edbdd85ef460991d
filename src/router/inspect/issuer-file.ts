import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { error, unreadable } from '../../diagnostics/index.ts';
import { issuerBytesMax } from '../../ir/index.ts';
import type { IssuerSource, Looked } from './issuer-source.ts';

/** Milliseconds between two looks at the file. */
const everyMs = 5_000;

/** Rights of the group and of everybody. */
const othersMask = 0o077;

/**
 * A file with an issuer. Looked at by its inode, times, size and rights, so that a volume that tells nobody about changes
 * serves as well. A file that others may read is refused: its key may be known to them.
 */
export class IssuerFile implements IssuerSource {
  readonly everyMs = everyMs;
  readonly place: string;
  #seen: string | undefined;

  /** @param path Absolute. */
  constructor(path: string) {
    this.place = path;
  }

  async look(): Promise<Looked> {
    try {
      await using handle = await open(this.place, constants.O_RDONLY | constants.O_NONBLOCK);
      const found = await handle.stat();
      const mark = markOf(found);
      if (mark === this.#seen) return { is: 'same' };
      const refused = this.#problemOf(found);
      // Told once, and looked at again when the file has changed.
      this.#seen = mark;
      if (refused) return { is: 'unreadable', diagnostic: refused };
      const text = await handle.readFile('utf8');
      return { is: 'text', text };
    } catch (cause) {
      this.#seen = undefined;
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      const { message, hint } = unreadable(this.place, code);
      return { is: 'unreadable', diagnostic: error('LG_ISSUER_UNREADABLE', [], message, hint) };
    }
  }

  #problemOf(found: Stats) {
    if (!found.isFile())
      return error('LG_ISSUER_UNREADABLE', [], `${this.place} is not a regular file`, 'name a file with an issuer');
    if (found.size > issuerBytesMax)
      return error(
        'LG_ISSUER_UNREADABLE',
        [],
        `${this.place} has ${found.size} bytes; ${issuerBytesMax} are read`,
        'write it with lakegate ca sign',
      );
    if ((found.mode & othersMask) !== 0)
      return error(
        'LG_ISSUER_OPEN',
        [],
        `${this.place} has the permissions ${(found.mode & 0o777).toString(8).padStart(3, '0')}, so that other users may use the key in it`,
        `chmod 600 ${this.place}`,
      );
    return undefined;
  }
}

const markOf = ({ dev, ino, size, mtimeMs, ctimeMs, mode }: Stats): string =>
  [dev, ino, size, mtimeMs, ctimeMs, mode].join(' ');
