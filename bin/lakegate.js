#!/usr/bin/env node
// Plain JavaScript without new syntax: an old Node must get this far to read the message.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `lakegate needs Node 22.12 or newer; this is ${process.version}.\n` +
      'In a clone, `npm ci` brings Node 24 along: run `npx lakegate …` from the repository root, or any `npm run` script.\n' +
      'Elsewhere: install Node 22.12 or newer, or `npm install -g node@24`.\n',
  );
  process.exit(1);
}
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
if (!existsSync(main)) {
  process.stderr.write('lakegate is not built: run `npm ci` (or `npm run build`) in the repository root.\n');
  process.exit(1);
}
// Compiled code is kept next to the code it comes from: who can write there can change the program anyway. Where this user
// cannot, nothing is kept.
const cache = fileURLToPath(new URL('../dist/.compile-cache', import.meta.url));
process.getBuiltinModule?.('node:module').enableCompileCache?.(cache);
const { runMain } = await import(main);
process.exitCode = await runMain(process.argv.slice(2));
