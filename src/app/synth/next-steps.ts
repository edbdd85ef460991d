import { join, resolve } from 'node:path';
import { artifactFile } from '../../emit/terraform/index.ts';
import { deliveredFileOf, type InfraPlan } from '../../ir/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import type { FolderChanges } from './output-folder.ts';

/** What is left to do before what was written is built. Steps that an earlier run made needless are not there. */
export interface NextSteps {
  /** The folder is new. */
  readonly read: boolean;
  /** The archive with the router is not there, and the next step needs it: Terraform uploads it, or the image holds it. */
  readonly artifact: boolean;
  readonly image: boolean;
  /** Terraform has not been initialised here, or needs other providers. */
  readonly init: boolean;
  readonly apply: boolean;
  /** Owners of networks whose part has changed. */
  readonly owners: readonly string[];
  /** Rules are new: each makes an endpoint that must be accepted. */
  readonly accept: boolean;
  /** Targets are inspected, and the certificates that their clients trust are not in the folder: the CA may not be there yet. */
  readonly inspection: boolean;
}

/**
 * @param out The output folder as the user gave it.
 * @param hasNewRules The plan has rules that the folder did not have.
 */
export async function nextSteps(
  { out, infra, hasNewRules }: { readonly out: string; readonly infra: InfraPlan; readonly hasNewRules: boolean },
  { written, removed, isFirst }: Omit<FolderChanges, 'is'>,
  { cwd, files }: WorkingFolder,
): Promise<NextSteps> {
  const folder = resolve(cwd, out);
  const { router } = infra;
  const has = async (path: string): Promise<boolean> => (await files.kindOf(join(folder, path))) !== undefined;
  const changed = [...written, ...removed];
  const touches = (path: RegExp): boolean => changed.some((each) => path.test(each));
  const owners = infra.networks.filter((network) => network.spokeSide === 'separate-folder').map(({ name }) => name);
  const init = touches(/^versions\.tf(\.json)?$/) || !(await has('.terraform'));
  const apply = changed.some(
    (path) => !path.startsWith('spokes/') && /\.(tf|tf\.json|tftpl)$|^routes\.json$|^files\//.test(path),
  );
  const image = router?.run === 'containers' && touches(/^files\/Dockerfile$/);
  const isUploaded = router?.run === 'instances' && (init || apply);
  return {
    read: isFirst,
    artifact: router !== undefined && (isUploaded || image) && !(await has(artifactFile(router.architecture))),
    image,
    init,
    apply,
    owners: owners.filter((name) => changed.some((path) => path.startsWith(`spokes/${name}/`))),
    accept: hasNewRules,
    inspection: infra.inspection !== undefined && !(await has(deliveredFileOf(infra.inspection.deliver))),
  };
}
