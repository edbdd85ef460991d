import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Bytes of a token that is made. */
const tokenBytes = 32;
const charactersMin = 16;
const charactersMax = 1024;

/**
 * The token that readers of flows must show: what is in the file, or a new one where there is no file.
 *
 * @throws Where the file cannot be read, other users may read it, or its text can be guessed.
 */
export async function flowsToken(path: string): Promise<string> {
  const made = randomBytes(tokenBytes).toString('base64url');
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(`${made}\n`);
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  await using file = await open(path, 'r');
  const { mode, size } = await file.stat();
  if ((mode & 0o077) !== 0)
    throw new Error(`other users may read the token in ${path}: remove the file, and the router makes a new one`);
  const text = size > charactersMax ? '' : (await file.readFile('utf8')).trim();
  if (text.length < charactersMin || !/^[\x21-\x7e]+$/.test(text))
    throw new Error(`${path} holds no token: a line of ${charactersMin} to ${charactersMax} characters without blanks`);
  return text;
}
