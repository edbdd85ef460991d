import type { InfraPlan } from '../../../ir/index.ts';
import { asTemplate, type Context, symbolicNames } from '../context.ts';
import { readme } from '../files/readme.ts';
import { scriptFiles } from '../files/scripts.ts';
import type { Section } from '../language/value.ts';
import { type EmitOptions, marker, type OutputFile } from '../output-file.ts';
import { acceptanceSections } from '../sections/acceptance.ts';
import { alarmSections } from '../sections/alarms.ts';
import { artifactSections } from '../sections/artifact.ts';
import { configBucketSections, routesFile, routesObjectSections } from '../sections/config-bucket.ts';
import { credentialSections } from '../sections/credentials.ts';
import { databricksSections } from '../sections/databricks.ts';
import { endpointServiceSections } from '../sections/endpoint-services.ts';
import { caKeysVariable, inspectionSections } from '../sections/inspection.ts';
import { movedSections } from '../sections/moved.ts';
import { mskSections } from '../sections/msk.ts';
import { networkSections } from '../sections/network.ts';
import { nameResolutionSections, networkPathSections } from '../sections/network-paths.ts';
import { outputSections } from '../sections/outputs.ts';
import { imageVariable, routerContainerSections } from '../sections/router-containers.ts';
import { routerInstanceSections } from '../sections/router-instances.ts';
import { routerRoleSections } from '../sections/router-role.ts';
import { securityGroupSections } from '../sections/security-groups.ts';
import { spokeSections } from '../sections/spokes.ts';
import { providerSections } from '../sections/versions.ts';
import { type Root, type SectionFile, sectionFiles } from './root.ts';

/** The hub with all that is made from its account: the output folder itself. */
export function hubRoots(context: Context, options: EmitOptions): readonly Root[] {
  const { infra } = context;
  const routesText = `${JSON.stringify(context.routes, undefined, 2)}\n`;
  const root = {
    folder: '',
    providers: ['aws', 'databricks'],
    sections: hubSections(context, routesText),
    ...(infra.aws.backend && { state: infra.aws.backend }),
  } as const satisfies Omit<Root, 'files'>;
  const names = sectionFiles(root, infra.aws.region).map(({ name }) => name);
  return [
    {
      ...root,
      files: [
        ...(infra.router ? [routesAsFile(routesText)] : []),
        ...scriptFiles(infra, marker),
        { path: 'README.md', text: readme(infra, { marker, files: names, ...options }) },
      ],
    },
  ];
}

function hubSections(context: Context, routesText: string): readonly SectionFile[] {
  const { infra } = context;
  const files: readonly SectionFile[] = [
    { name: 'providers', sections: providerSections(infra) },
    { name: 'variables', sections: variableSections(infra) },
    { name: 'network', sections: networkSections(context) },
    { name: 'network-paths', sections: networkPathSections(context) },
    { name: 'name-resolution', sections: nameResolutionSections(context) },
    { name: 'spokes', sections: spokeSections(context) },
    { name: 'security-groups', sections: securityGroupSections(context) },
    { name: 'endpoint-services', sections: endpointServiceSections(context) },
    { name: 'config-bucket', sections: configBucketSections(context) },
    { name: 'artifact', sections: artifactSections(context) },
    { name: 'routes-object', sections: routesObjectSections(context, routesText) },
    { name: 'router', sections: fleetSections(context) },
    { name: 'alarms', sections: alarmSections(context) },
    { name: 'msk', sections: mskSections(context) },
    { name: 'databricks', sections: databricksSections(context) },
    { name: 'acceptance', sections: acceptanceSections(context) },
    { name: 'credentials', sections: credentialSections(context) },
    { name: 'inspection', sections: inspectionSections(context) },
    { name: 'outputs', sections: outputSections(context) },
  ];
  const resources = files.flatMap(({ sections }) => sections);
  return [...files, { name: 'moved', sections: movedSections(infra, resources) }];
}

const variableSections = ({ router, inspection }: InfraPlan): readonly Section[] => [
  ...(router?.run === 'containers' ? [imageVariable] : []),
  ...(inspection?.signer ? [caKeysVariable] : []),
];

function fleetSections({ infra, hub }: Context): readonly Section[] {
  const { router } = infra;
  if (!router || !hub) return [];
  switch (router.run) {
    case 'instances':
      return [...routerRoleSections(infra), ...routerInstanceSections(infra, router, hub)];
    case 'containers':
      return [...routerRoleSections(infra), ...routerContainerSections(infra, router, hub)];
    default:
      return router.run satisfies never;
  }
}

const routesAsFile = (text: string): OutputFile => ({
  path: routesFile(text),
  text: symbolicNames(text).size > 0 ? asTemplate(text) : text,
});
