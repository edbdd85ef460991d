import { type Diagnostic, listOf } from '../../diagnostics/index.ts';
import type { InspectionPlan } from '../../ir/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type CaRoot, readCaFile } from './ca-file.ts';

/** The names for which a root may not sign. */
export const namesOutside = (root: Pick<CaRoot, 'names'>, names: readonly string[]): readonly string[] =>
  names.filter((name) => !root.names.some((at) => name === at || name.endsWith(`.${at}`)));

/**
 * Whether the CA next to a spec covers the names that its plan inspects. Nothing else tells whoever adds a name: the signer fails
 * hours later, and clients refuse the name. Where there is no CA, or none that can be read, there is nothing to say.
 */
export async function warnOfNames(
  spec: string,
  { names }: Pick<InspectionPlan, 'names'>,
  folder: WorkingFolder,
): Promise<readonly Diagnostic[]> {
  const read = await readCaFile(spec, folder);
  if ('code' in read || !read.ca) return [];
  const outside = namesOutside(read.ca.current, names);
  if (outside.length === 0) return [];
  return [
    {
      code: 'LG_CA_NAMES',
      severity: 'warning',
      path: ['targets'],
      message: `the root in ${read.file} may not sign for ${listOf(outside)}: clients will refuse what routers show for it`,
      hint: 'run lakegate ca init --reissue, deliver the new certificate with lakegate ca bundle and terraform apply, and sign again',
    },
  ];
}
