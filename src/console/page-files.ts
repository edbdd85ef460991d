import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** What a browser may ask for, and the file of the built page that answers. */
const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  '/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' },
};

/** Reads the built page, by the path that a browser asks for. */
export async function readPage(folder = builtPage()): Promise<ReadonlyMap<string, PageFile>> {
  const read = Object.entries(files).map(async ([path, { file, type }]) => {
    return [path, { type, bytes: await readFile(join(folder, file)) }] as const;
  });
  return new Map(await Promise.all(read));
}

/** `dist-console` of the package, from the sources as from the built chunks. */
function builtPage(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at))
    if (existsSync(join(at, 'package.json')) || dirname(at) === at) return join(at, 'dist-console');
}
