import { resolve } from 'node:path';
import { type Diagnostic, error, unreadable } from '../../diagnostics/index.ts';
import { errorCode, type WorkingFolder } from '../files/index.ts';

/** The variable with the passphrase of a root key in a file. */
export const passphraseVariable = 'LAKEGATE_CA_PASSPHRASE';

/** Fewer characters are guessed, whatever a guess costs. */
const charactersMin = 12;
const bytesAtMost = 1024;

export interface PassphraseFrom {
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The passphrase from a file (without the newline at its end), else from the environment. */
export async function readPassphrase(
  from: PassphraseFrom,
  { cwd, files }: WorkingFolder,
): Promise<{ readonly passphrase: string } | Diagnostic> {
  let text = from.env[passphraseVariable];
  if (from.file !== undefined)
    try {
      text = Buffer.from(await files.readStream(resolve(cwd, from.file), bytesAtMost))
        .toString('utf8')
        .replace(/\r?\n$/, '');
    } catch (cause) {
      const code = errorCode(cause);
      if (code === undefined) throw cause;
      return unreadable(from.file, code);
    }
  if (!text)
    return error(
      'LG_CA_PASSPHRASE',
      [],
      'the key of the root is in a file, and there is no passphrase for it',
      `set ${passphraseVariable}, or give a file with --passphrase-file`,
    );
  return text.length < charactersMin
    ? error('LG_CA_PASSPHRASE', [], `the passphrase has ${text.length} characters; the minimum is ${charactersMin}`)
    : { passphrase: text };
}
