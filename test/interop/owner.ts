import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whom a database server runs as: databases refuse root. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const idOf = (flag: '-u' | '-g', user: string): number | undefined => {
  const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
};

/** This user, or, for root, the first of the named users that exists. Undefined: no user may run the server here. */
export function ownerFor(...users: readonly string[]): Owner | undefined {
  if (process.getuid?.() !== 0) return {};
  for (const user of [...users, 'nobody']) {
    const [uid, gid] = [idOf('-u', user), idOf('-g', user)];
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  return undefined;
}

/** A folder of the owner's, and its removal. */
export function folderOf(owner: Owner, name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `lakegate-${name}-`));
  giveTo(owner, path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Everything below a folder, the folder included. */
export function giveTo(owner: Owner, path: string): void {
  const { uid, gid } = owner;
  if (uid === undefined || gid === undefined) return;
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) chownSync(join(path, entry), uid, gid);
}
