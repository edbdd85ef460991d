import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { type Checked, type IssuerDocument, issuerBytesMax, readIssuerDocument } from '../../ir/index.ts';
import {
  errorCode,
  type HoldContext,
  held,
  placeFiles,
  takeHold,
  unwritable,
  type WorkingFolder,
} from '../files/index.ts';

/** Where the issuer of the routers is kept. */
export interface IssuerStore {
  /** As messages name it. */
  readonly place: string;
  /** The document that is there. Undefined where there is none. */
  read(): Promise<Checked<IssuerDocument> | undefined>;
  /** Replaces it in one step. */
  write(document: IssuerDocument): Promise<Diagnostic | undefined>;
}

const issuerText = (document: IssuerDocument): string => `${JSON.stringify(document, null, 2)}\n`;

/** A file that only its owner may read. */
export function fileStore(file: string, context: WorkingFolder & HoldContext): IssuerStore {
  const { cwd, files } = context;
  const path = resolve(cwd, file);
  return {
    place: file,
    async read() {
      try {
        return readIssuerDocument(Buffer.from(await files.readFile(path, issuerBytesMax)).toString('utf8'), file);
      } catch (cause) {
        const code = errorCode(cause);
        if (code === undefined) throw cause;
        if (code === 'ENOENT') return undefined;
        return { is: 'bad', diagnostics: [error('LG_CA_ISSUER', [], `${file} cannot be read (${code})`)] };
      }
    },
    async write(document) {
      try {
        const hold = await takeHold(join(dirname(path), `.${basename(path)}.writing`), context);
        if ('heldBy' in hold) return held(file, hold);
        try {
          await placeFiles(hold, [{ path, content: issuerText(document), mode: 0o600 }], files);
          return undefined;
        } finally {
          await hold.release();
        }
      } catch (cause) {
        return unwritable(file, cause);
      }
    },
  };
}
