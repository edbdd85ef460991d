import type { InfraPlan } from '../../../ir/index.ts';
import type { OutputFile } from '../output-file.ts';
import { bootScript } from './boot-script.ts';
import { containerFiles } from './container.ts';
import { signerFiles } from './signer.ts';

/** Files next to the configuration that Terraform or the user reads: boot script or container files, and .gitignore. */
export function scriptFiles(infra: InfraPlan, marker: string): readonly OutputFile[] {
  const { router } = infra;
  const ignore: OutputFile = { path: '.gitignore', text: gitignore(marker) };
  if (!router) return [ignore];
  const always = [ignore, ...signerFiles(infra, marker)];
  const isInspecting = infra.inspection !== undefined;
  switch (router.run) {
    case 'instances':
      return [...always, { path: 'files/user-data.sh.tftpl', text: bootScript(marker, isInspecting) }];
    case 'containers':
      return [...always, ...containerFiles(marker, isInspecting)];
    default:
      return router.run satisfies never;
  }
}

/** The digest of the artifact is committed, the archive is not; nor is anything that Terraform keeps for itself. */
const gitignore = (marker: string): string =>
  [`# ${marker}`, '.terraform/', '*.tfplan', 'terraform.tfstate*', 'artifacts/*.tar.gz', ''].join('\n');
