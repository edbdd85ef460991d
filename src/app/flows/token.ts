import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { errorCode, type FileSystem } from '../files/index.ts';

/** A token is a line; anything longer is another file. */
const tokenBytesMax = 4096;

/** The token in a file that `lakegate router` has made. */
export async function readToken(path: string, files: FileSystem): Promise<string | Diagnostic> {
  try {
    const text = new TextDecoder().decode(await files.readFile(path, tokenBytesMax)).trim();
    return /^[\x21-\x7e]+$/.test(text) ? text : error('LG_FLOWS', [], `${path} holds no token`);
  } catch (cause) {
    return error('LG_FLOWS', [], `the token in ${path} cannot be read (${errorCode(cause) ?? cause})`);
  }
}
