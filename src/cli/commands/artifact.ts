import { architectures, makeArtifact, runtimeVersion } from '../../app/artifact/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { command, jsonArg } from '../command.ts';
import { refuse } from '../refuse.ts';

export const artifact = command({
  name: 'artifact',
  about:
    'Writes lakegate-router-<arch>.tar.gz, which the Terraform uploads, and a file with its SHA-256, which machines check before they start it. The same version gives the same bytes. The runtime is an npm package with a pinned checksum; npm downloads it, or takes it from its cache.',
  examples: [
    { line: 'lakegate artifact --arch arm64 -o terraform/artifacts', does: 'packs the router for Graviton machines' },
    { line: 'lakegate artifact --arch x64 --json', does: 'prints { file, sha256, bytes, … }' },
  ],
  touches: 'network',
  args: {
    arch: { kind: 'text', value: 'ARCH', help: 'arm64 or x64', default: 'arm64' },
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'the output folder', default: 'terraform/artifacts' },
    runtime: { kind: 'text', value: 'FILE', help: 'a Node binary for that architecture, instead of the npm package' },
    json: jsonArg,
  },
  async run({ arch, out, runtime, json }, context) {
    const architecture = architectures.find((known) => known === arch);
    if (!architecture) return refuse(unknownArchitecture(arch), json, context);
    const made = await makeArtifact({ architecture, out, runtime }, context, (step) => {
      context.note(step === 'runtime' ? `getting Node ${runtimeVersion} for linux ${architecture}` : step);
    });
    if ('code' in made) return refuse(made, json, context);
    const { file, sha256 } = made;
    if (json) context.print(JSON.stringify({ ok: true, ...made }, null, 2));
    else {
      context.print(`${sha256}  ${file}`);
      context.note(`wrote ${file}.sha256: commit it; the archive does not need to be committed`);
    }
    return 0;
  },
});

const unknownArchitecture = (arch: string): Diagnostic => ({
  code: 'LG_ARTIFACT_ARCHITECTURE',
  severity: 'error',
  path: [],
  message: `--arch ${arch} is neither arm64 nor x64`,
});
