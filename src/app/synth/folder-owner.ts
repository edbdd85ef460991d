import { resolve } from 'node:path';
import { errorCode, type WorkingFolder } from '../files/index.ts';

/** The document of the plan in the output folder: what `diff` compares the next plan with. */
export const planFileName = 'lakegate.plan.json';

/** Documents of 100,000 targets are about 250 MB. */
const planBytesAtMost = 500 * 1024 * 1024;

/**
 * The name of the spec whose plan is in an output folder. Undefined where there is no plan, or none that says so: what else may be
 * in the way is found file by file.
 *
 * @param out The output folder as the user gave it.
 */
export async function ownerOf(out: string, { cwd, files }: WorkingFolder): Promise<string | undefined> {
  try {
    const bytes = await files.readFile(resolve(cwd, out, planFileName), planBytesAtMost);
    const { infra } = Object(JSON.parse(Buffer.from(bytes).toString('utf8'))) as { readonly infra?: unknown };
    const { name } = Object(infra) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}
