import type { FlowRecord } from '../../ir/index.ts';
import type { FileSystem } from '../files/index.ts';
import { harOf } from './har.ts';

/** Readable by its owner alone: heads are redacted, and yet nobody else's business. */
const harMode = 0o600;

/** Writes records as one HAR file; an earlier one is replaced in one step. @throws The system's error. */
export async function writeHar(
  path: string,
  records: readonly FlowRecord[],
  { files, version }: { readonly files: FileSystem; readonly version: string },
): Promise<void> {
  const staged = `${path}.${process.pid}.part`;
  await files.createFile(staged, `${JSON.stringify(harOf(records, version), null, 2)}\n`, harMode);
  await files.rename(staged, path);
}
