import { resolve } from 'node:path';
import type { TerraformFormat } from '../../emit/terraform/index.ts';
import { errorCode, type WorkingFolder } from '../files/index.ts';
import { contentHash } from './content-hash.ts';
import { type FileList, listBytesAtMost, listName, noList, readList } from './file-list.ts';

/** The document of the plan in the output folder: what `diff` compares the next plan with. */
export const planFileName = 'lakegate.plan.json';

/** Documents of 100,000 targets are about 250 MB. */
const planBytesAtMost = 500 * 1024 * 1024;

/**
 * The name of the spec whose Terraform is in an output folder: by its list, else by its plan. Undefined where neither says so:
 * what else may be in the way is found file by file.
 *
 * @param out The output folder as the user gave it.
 */
export async function ownerOf(out: string, folder: WorkingFolder): Promise<string | undefined> {
  const { spec } = await listIn(out, folder);
  if (spec !== undefined) return spec;
  try {
    const { infra } = Object(JSON.parse((await textIn(out, planFileName, folder)) ?? 'null')) as {
      readonly infra?: unknown;
    };
    const { name } = Object(infra) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether an output folder has a plan that `synth` wrote. */
export const isWritten = async (out: string, { cwd, files }: WorkingFolder): Promise<boolean> =>
  (await files.kindOf(resolve(cwd, out, planFileName)).catch(() => undefined)) === 'file';

/** Whether the plan in an output folder is another than synth wrote. Where the list has no hash of it, that cannot be told: false. */
export async function isPlanEdited(out: string, folder: WorkingFolder): Promise<boolean> {
  const hashes = (await listIn(out, folder)).hashes.get(planFileName);
  if (hashes === undefined) return false;
  const text = await textIn(out, planFileName, folder);
  return text !== undefined && !hashes.includes(contentHash(planFileName, text));
}

/** The format in which an output folder was written; that of `synth` without an option where that cannot be told. */
export async function formatIn(out: string, folder: WorkingFolder): Promise<TerraformFormat> {
  return [...(await listIn(out, folder)).paths].some((path) => path.endsWith('.tf.json')) ? 'json' : 'hcl';
}

async function listIn(out: string, folder: WorkingFolder): Promise<FileList> {
  const text = await textIn(out, listName, folder, listBytesAtMost);
  return text === undefined ? noList : readList(text);
}

/** Undefined for a file that is not there, or that cannot be read. */
async function textIn(
  out: string,
  name: string,
  { cwd, files }: WorkingFolder,
  bytesAtMost = planBytesAtMost,
): Promise<string | undefined> {
  try {
    return Buffer.from(await files.readFile(resolve(cwd, out, name), bytesAtMost)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
