import type { Code, Diagnostic } from '../../diagnostics/index.ts';
import { engines, type InfraPlan } from '../../ir/index.ts';
import { routerListeners } from './sections/router-containers.ts';

/**
 * Target groups that one ECS service takes.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html (2026-11-20)
 */
const ecsTargetGroups = 5;

const problem = (code: Code, path: Diagnostic['path'], message: string, hint?: string): Diagnostic => ({
  code,
  severity: 'error',
  path,
  message,
  ...(hint !== undefined && { hint }),
});

/** What a plan asks for that cannot be written as Terraform. */
export function problemsOf(infra: InfraPlan): readonly Diagnostic[] {
  return [
    ...networkProblems(infra),
    ...workspaceProblems(infra),
    ...routerProblems(infra),
    ...kafkaProblems(infra),
    ...signerProblems(infra),
  ];
}

const networkProblems = ({ networks }: InfraPlan): readonly Diagnostic[] =>
  networks.flatMap(({ name, reach, transitGateway, vpc }) => {
    if (reach === 'transit-gateway' && transitGateway === undefined)
      return [
        problem(
          'LG_SYNTH_NO_TRANSIT_GATEWAY',
          ['networks', name],
          `network ${name} names no transit gateway to attach to`,
          `set networks.${name}.transit_gateway to its id, such as tgw-0a1b2c3d4e5f60718`,
        ),
      ];
    if (reach === 'peering' && vpc === undefined)
      return [problem('LG_SYNTH_PEERING_WITHOUT_VPC', ['networks', name], `network ${name} names no VPC to peer with`)];
    return [];
  });

const workspaceProblems = ({ nccs }: InfraPlan): readonly Diagnostic[] =>
  nccs
    .flatMap((ncc) => ncc.workspaces)
    .filter((workspace) => workspace.id === undefined)
    .map(({ name }) =>
      problem('LG_SYNTH_WORKSPACE_WITHOUT_ID', ['workspaces', name], `workspace ${name} has no id to bind an NCC to`),
    );

function routerProblems(infra: InfraPlan): readonly Diagnostic[] {
  const { router } = infra;
  if (!router) return [];
  const listeners = routerListeners(infra).length;
  return [
    ...(engines[router.engine].isBuilt
      ? []
      : [problem('LG_NOT_BUILT_YET', ['hub', 'router', 'engine'], `the engine ${router.engine} is not built yet`)]),
    ...(router.run === 'containers' && listeners > ecsTargetGroups
      ? [
          problem(
            'LG_SYNTH_CONTAINER_LISTENERS',
            ['hub', 'router', 'run'],
            `the plan has ${listeners} router listeners; an ECS service takes ${ecsTargetGroups} target groups`,
          ),
        ]
      : []),
  ];
}

const signerProblems = ({ inspection }: InfraPlan): readonly Diagnostic[] =>
  inspection && !inspection.signer
    ? [
        {
          ...problem(
            'LG_INSPECTION_SIGNER',
            ['inspection', 'ca', 'signer'],
            'targets are inspected, and nothing renews the intermediate CA of the routers: inspection would end after 14 days',
          ),
          hint: 'write inspection: { ca: { signer: { github: owner/repository } } }, or signer: { role: … } for another CI',
        },
      ]
    : [];

function kafkaProblems(infra: InfraPlan): readonly Diagnostic[] {
  const nameless = infra.mskClusters.filter(
    ({ source }) => source.kind === 'existing' && source.clusterArn === undefined,
  );
  return [
    ...nameless
      .filter(({ target }) =>
        infra.endpointServices.some(({ listeners }) =>
          listeners.some(({ forward }) => forward.to === 'broker' && forward.target === target),
        ),
      )
      .map(({ target }) =>
        problem(
          'LG_SYNTH_BROKER_ADDRESS',
          ['targets', target],
          `${target} has a load balancer for each broker, but no cluster ARN to look up their addresses`,
        ),
      ),
    ...infra.credentials
      .filter(({ kafka }) => nameless.some(({ target }) => target === kafka?.target))
      .map(({ name, kafka }) =>
        problem(
          'LG_SYNTH_CREDENTIAL_CLUSTER',
          ['credentials', name],
          `credential ${name} is for ${kafka?.target}, whose cluster ARN is not given`,
        ),
      ),
  ];
}
