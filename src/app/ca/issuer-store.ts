import { basename, dirname, join, resolve } from 'node:path';
import { AwsCallError, type Secrets } from '../../aws/index.ts';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { type Checked, type IssuerDocument, issuerBytesMax, readIssuerDocument, Secret } from '../../ir/index.ts';
import {
  errorCode,
  type HoldContext,
  held,
  placeFiles,
  takeHold,
  unwritable,
  type WorkingFolder,
} from '../files/index.ts';
import { logIn } from './clouds.ts';

/** Where the issuer of the routers is kept. */
export interface IssuerStore {
  /** As messages name it. */
  readonly place: string;
  /** The document that is there. Undefined where there is none. */
  read(): Promise<Checked<IssuerDocument> | undefined>;
  /** Replaces it in one step. */
  write(document: IssuerDocument): Promise<Diagnostic | undefined>;
}

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
          await placeFiles(hold, [{ path, content: `${JSON.stringify(document, null, 2)}\n`, mode: 0o600 }], files);
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

/** The secret of Secrets Manager that Terraform makes and routers may read. */
export function secretStore(name: string, secrets: Secrets): IssuerStore {
  const place = `secret ${name}`;
  const problem = (cause: unknown): Diagnostic => {
    if (!(cause instanceof AwsCallError)) throw cause;
    const hint =
      cause.refusal === 'absent'
        ? 'terraform apply makes the secret; its value is written here and nowhere else'
        : cause.refusal === 'login'
          ? logIn
          : `check that the credentials may call ${cause.call} on it; Terraform gives that right to the role of the signer`;
    return error('LG_CA_ISSUER', [], `${place}: ${cause.message}`, hint);
  };
  return {
    place,
    async read() {
      try {
        if ((await secrets.currentVersion(name)) === undefined) return undefined;
        return readIssuerDocument((await secrets.read(name)).value.reveal(), place);
      } catch (cause) {
        return { is: 'bad', diagnostics: [problem(cause)] };
      }
    },
    async write(document) {
      try {
        await secrets.write(name, new Secret(JSON.stringify(document)));
        return undefined;
      } catch (cause) {
        return problem(cause);
      }
    },
  };
}
