import type { Diagnostic } from '../../diagnostics/index.ts';
import type { InfraPlan, NetworkPath, RoutePlan } from '../../ir/index.ts';
import { asTemplate, type Context, contextOf, symbolicNames } from './context.ts';
import { readme, spokeReadme } from './files/readme.ts';
import { scriptFiles } from './files/scripts.ts';
import { toHcl } from './language/hcl.ts';
import { toTfJson } from './language/tf-json.ts';
import { address, expr, type Section } from './language/value.ts';
import type { OutputFile } from './output-file.ts';
import { problemsOf } from './problems.ts';
import { quotaWarnings } from './quotas.ts';
import { alarmSections } from './sections/alarms.ts';
import { artifactSections } from './sections/artifact.ts';
import { configBucketSections, routesFile, routesObjectSections } from './sections/config-bucket.ts';
import { credentialSections } from './sections/credentials.ts';
import { databricksSections } from './sections/databricks.ts';
import { endpointServiceSections } from './sections/endpoint-services.ts';
import { inspectionSections } from './sections/inspection.ts';
import { movedSections } from './sections/moved.ts';
import { mskSections } from './sections/msk.ts';
import { networkSections } from './sections/network.ts';
import { nameResolutionSections, networkPathSections } from './sections/network-paths.ts';
import { outputSections } from './sections/outputs.ts';
import { imageVariable, routerContainerSections } from './sections/router-containers.ts';
import { routerInstanceSections } from './sections/router-instances.ts';
import { routerRoleSections } from './sections/router-role.ts';
import { securityGroupSections } from './sections/security-groups.ts';
import { spokeSections, spokeSide } from './sections/spokes.ts';
import { providerSections, spokeVersionSections, versionSections } from './sections/versions.ts';

export type TerraformFormat = 'hcl' | 'json';

export interface EmitOptions {
  /** `hcl` is the default and what people read. */
  readonly format?: TerraformFormat;
  /** One line of the README about what it costs, such as `about 412 USD a month`. */
  readonly cost?: string;
}

export interface TerraformOutput {
  /** Sorted by path. Empty when there are errors; warnings come with files. */
  readonly files: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The first line of every file that can carry a comment. `synth` knows its own files by it. */
export const marker = 'Written by `lakegate synth`. Change the spec, not this file.';

/**
 * Writes a plan as Terraform. Pure: the same plan gives the same bytes. Addresses come from keys that the lock keeps,
 * so a target added adds resources and a target removed removes its own.
 *
 * @returns The files, or errors (LG_SYNTH_…) for what Terraform cannot express. Never throws for a checked plan.
 */
export function emitTerraform(infra: InfraPlan, routes: RoutePlan, options: EmitOptions = {}): TerraformOutput {
  const diagnostics = problemsOf(infra);
  if (diagnostics.length > 0) return { files: [], diagnostics };
  const context = contextOf(infra, routes);
  const routesText = `${JSON.stringify(routes, undefined, 2)}\n`;
  const concerns = concernsOf(context, routesText);
  const separate = infra.networks.filter((network) => network.spokeSide === 'separate-folder');
  const files = [
    ...concerns.map((concern) => fileOf(concern, options.format)),
    ...(infra.router ? [routesAsFile(routesText)] : []),
    ...scriptFiles(infra, marker),
    ...separate.flatMap((network) => spokeFolder(network, context, options.format)),
    { path: 'README.md', text: readme(infra, { marker, files: concerns.map(({ name }) => name), ...options }) },
  ];
  const warnings = quotaWarnings(concerns.flatMap(({ sections }) => sections));
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), diagnostics: warnings };
}

interface Concern {
  /** File name without its ending. */
  readonly name: string;
  readonly sections: readonly Section[];
}

/** One file for each concern; a concern without resources has no file. */
function concernsOf(context: Context, routesText: string): readonly Concern[] {
  const { infra, hub } = context;
  const { router } = infra;
  const fleet = (): readonly Section[] => {
    if (!router || !hub) return [];
    switch (router.run) {
      case 'instances':
        return [...routerRoleSections(infra), ...routerInstanceSections(infra, router, hub)];
      case 'containers':
        return [...routerRoleSections(infra), ...routerContainerSections(infra, router, hub)];
      default:
        return router.run satisfies never;
    }
  };
  const all: readonly Concern[] = [
    { name: 'versions', sections: versionSections(infra) },
    { name: 'providers', sections: providerSections(infra) },
    { name: 'variables', sections: router?.run === 'containers' ? [imageVariable] : [] },
    { name: 'network', sections: networkSections(context) },
    { name: 'network-paths', sections: networkPathSections(context) },
    { name: 'name-resolution', sections: nameResolutionSections(context) },
    { name: 'spokes', sections: spokeSections(context) },
    { name: 'security-groups', sections: securityGroupSections(context) },
    { name: 'endpoint-services', sections: endpointServiceSections(context) },
    { name: 'config-bucket', sections: configBucketSections(context) },
    { name: 'artifact', sections: artifactSections(context) },
    { name: 'routes-object', sections: routesObjectSections(context, routesText) },
    { name: 'router', sections: fleet() },
    { name: 'alarms', sections: alarmSections(context) },
    { name: 'msk', sections: mskSections(context) },
    { name: 'databricks', sections: databricksSections(context) },
    { name: 'credentials', sections: credentialSections(context) },
    { name: 'inspection', sections: inspectionSections(context) },
    { name: 'outputs', sections: outputSections(context) },
  ];
  const written = all.filter(({ sections }) => sections.length > 0);
  const moved = movedSections(
    infra,
    written.flatMap(({ sections }) => sections),
  );
  return moved.length === 0 ? written : [...written, { name: 'moved', sections: moved }];
}

function fileOf({ name, sections }: Concern, format: TerraformFormat = 'hcl'): OutputFile {
  switch (format) {
    case 'hcl':
      return { path: `${name}.tf`, text: `# ${marker}\n\n${toHcl(sections)}` };
    case 'json':
      return { path: `${name}.tf.json`, text: toTfJson(sections, marker) };
    default:
      return format satisfies never;
  }
}

const routesAsFile = (text: string): OutputFile => ({
  path: routesFile(text),
  text: symbolicNames(text).size > 0 ? asTemplate(text) : text,
});

/** What the owner of a spoke applies where lakegate may not act: a configuration of its own. */
function spokeFolder(
  network: NetworkPath,
  { infra }: Context,
  format: TerraformFormat | undefined,
): readonly OutputFile[] {
  const { vpc } = infra.hub ?? {};
  const cidr = vpc?.kind === 'create' ? vpc.cidr : undefined;
  const variable = (name: string, description: string): Section => ({
    kind: 'variable',
    labels: [name],
    body: { type: address('string'), description },
  });
  const zones = (network.privateZones ?? []).length > 0;
  const variables = [
    ...(cidr === undefined ? [variable('hub_cidr', 'Output hub_cidr of the hub.')] : []),
    ...(network.reach === 'peering'
      ? [variable('peering_connection_id', 'Of output peering_connections of the hub.')]
      : []),
    ...(zones ? [variable('hub_vpc_id', 'The hub VPC, to be allowed to the private zones.')] : []),
  ];
  const main = spokeSide(network, infra.name, {
    hubCidr: cidr ?? expr('var.hub_cidr'),
    hubVpcId: expr('var.hub_vpc_id'),
    peeringId: expr('var.peering_connection_id'),
    prefix: '',
  });
  if (main.length === 0) return [];
  const provider: Section = {
    kind: 'provider',
    labels: ['aws'],
    body: { region: infra.aws.region, ...(network.account && { allowed_account_ids: [network.account] }) },
  };
  const folder = `spokes/${network.name}`;
  return [
    ...[
      { name: `${folder}/versions`, sections: [...spokeVersionSections(), provider] },
      ...(variables.length > 0 ? [{ name: `${folder}/variables`, sections: variables }] : []),
      { name: `${folder}/main`, sections: main },
    ].map((concern) => fileOf(concern, format)),
    {
      path: `${folder}/README.md`,
      text: spokeReadme(network, infra, { marker, variables: variables.map(({ labels }) => labels[0] ?? '') }),
    },
  ];
}
