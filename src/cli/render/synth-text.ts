import { artifactFile } from '../../app/synth/index.ts';
import type { InfraPlan } from '../../ir/index.ts';

export interface SynthLook {
  /** The output folder as the user gave it. */
  readonly folder: string;
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  readonly infra: InfraPlan;
}

/** What became of each file, and what to do next. */
export function synthText({ folder, written, unchanged, removed, infra }: SynthLook): string {
  const lines = [
    ...written.map((path) => `  wrote     ${folder}/${path}`),
    ...removed.map((path) => `  removed   ${folder}/${path}`),
    ...(unchanged.length > 0 ? [`  unchanged ${unchanged.length} files`] : []),
    '',
    'Next:',
    ...nextSteps(folder, infra).map((step, i) => `  ${i + 1}. ${step}`),
  ];
  return lines.join('\n');
}

function nextSteps(folder: string, { router, networks }: InfraPlan): readonly string[] {
  const owners = networks.filter((network) => network.spokeSide === 'separate-folder').map((network) => network.name);
  return [
    `read ${folder}/README.md`,
    ...(router?.run === 'instances'
      ? [
          `lakegate artifact --arch ${router.architecture} -o ${folder}/artifacts   (${artifactFile(router.architecture)})`,
        ]
      : []),
    ...(router?.run === 'containers' ? [`build the router image from ${folder}/files/Dockerfile`] : []),
    `terraform -chdir=${folder} init && terraform -chdir=${folder} apply`,
    ...(owners.length > 0 ? [`send ${folder}/spokes/ to the owners of ${owners.join(', ')}, who apply it`] : []),
    `accept the endpoints and write the routers’ endpoint map: ${folder}/README.md, "Accept"`,
  ];
}
