import type { InfraPlan } from '../../../ir/index.ts';
import type { OutputFile } from '../output-file.ts';
import { bootScript } from './boot-script.ts';
import { containerFiles } from './container.ts';

/** Files next to the configuration that Terraform or the user reads: boot script or container files, and .gitignore. */
export function scriptFiles({ router }: InfraPlan, marker: string): readonly OutputFile[] {
  const ignore: OutputFile = { path: '.gitignore', text: gitignore(marker) };
  if (!router) return [ignore];
  switch (router.run) {
    case 'instances':
      return [ignore, { path: 'files/user-data.sh.tftpl', text: bootScript(marker) }];
    case 'containers':
      return [ignore, ...containerFiles(marker)];
    default:
      return router.run satisfies never;
  }
}

/** The digest of the artifact is committed, the archive is not; nor is anything that Terraform keeps for itself. */
const gitignore = (marker: string): string =>
  [`# ${marker}`, '.terraform/', '*.tfplan', 'terraform.tfstate*', 'artifacts/*.tar.gz', ''].join('\n');
