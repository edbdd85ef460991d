import type { CodeText } from '../code-text.ts';

export const plannerCodes = {
  LG_LIMIT_VALUE: {
    title: 'a limit has an invalid value',
    explain: 'A limit is a whole number of at least 1 (`endpoints_in_use`: at least 0).',
    fix: 'Remove the entry under `limits` to use the published value, or set the value that your account has.',
  },
  LG_REGION_UNKNOWN: {
    title: 'the region is not known to this release',
    explain:
      'The region is not in the list of AWS regions that this release has (docs/facts.md). It may be newer than the list, or a typing mistake.',
    fix: 'Correct `aws.region`. If the region exists, ignore the warning.',
  },
  LG_INSTANCE_UNKNOWN: {
    title: 'the instance type is not known to this release',
    explain:
      'The throughput and price of the instance type are not in the facts of this release (docs/facts.md), so the size of the fleet is checked by connections alone, and the cost does not include it.',
    fix: 'Correct `hub.router.instance`, or use a type that docs/facts.md lists. If the type exists, ignore the warning.',
  },
  LG_TARGET_WITHOUT_ACCESS: {
    title: 'no workspace may reach a target',
    explain: 'No entry under `access` lists the target, so the plan has no endpoint, listener or route for it.',
    fix: 'Grant the target to a workspace, or remove it.',
  },
  LG_WORKSPACE_WITHOUT_ACCESS: {
    title: 'a workspace may reach no target',
    explain: 'No entry under `access` lists the workspace, so it is not bound to an NCC.',
    fix: 'Grant it a target if it needs one. A workspace that was bound to an NCC before stays bound to it until it is bound to another one.',
  },
  LG_TOO_MANY_NCCS: {
    title: 'the plan needs more NCCs than a region may have',
    explain:
      'Workspaces that may reach different targets need different NCCs, because the network can only tell NCCs apart, not workspaces.',
    fix: 'Give some workspaces the same access, accept a merge that the notes list (`share_ncc`), or raise `limits.nccs_per_region`.',
  },
  LG_MERGE_OPTION: {
    title: 'merging these access sets would meet the limit',
    explain:
      'The network cannot tell the workspaces of one NCC apart, so each of them can reach what any of them was granted. The message lists the pairs that the merge adds.',
    fix: 'If the pairs are acceptable, add the line that the hint shows. Every plan then lists them.',
  },
  LG_SURPLUS: {
    title: 'a merge makes targets reachable that were not granted',
    explain:
      'Workspaces share an NCC because `share_ncc` or `isolation: shared` allows it, so each can reach what the others were granted.',
    fix: 'Do nothing if this is intended. Otherwise remove the entry of `share_ncc`, or `isolation: shared`.',
  },
  LG_TOO_MANY_ENDPOINTS: {
    title: 'the plan needs more endpoints than a region may have',
    explain:
      'Each private endpoint rule of each NCC creates one endpoint, and the limit counts the endpoints of all NCCs of the region.',
    fix: 'Merge NCCs, let clients use other ports for targets that cannot share one (`port_policy: remap`), or raise the limit that the message names.',
  },
  LG_TOO_MANY_SERVICES: {
    title: 'the plan needs more endpoint services than there may be load balancers',
    explain: 'Each endpoint service has one load balancer.',
    fix: 'Let clients use other ports for targets that cannot share one (`port_policy: remap`), or raise `limits.nlbs_per_region`.',
  },
  LG_TOO_MANY_LISTENERS: {
    title: 'the plan needs more listeners than there may be target groups',
    explain: 'Each listener has one target group.',
    fix: 'Route more targets by name, so that they share a port, or raise `limits.target_groups_per_region`.',
  },
  LG_TOO_MANY_PORTS: {
    title: 'a host name needs more ports than a load balancer has listeners',
    explain:
      'All ports of a host name are listeners of one load balancer. The number of routers limits its listeners too, because each router counts as a member of each target group.',
    fix: 'Use another host name for some of the ports, or lower `hub.router.max`.',
  },
  LG_NO_ROUTER_PORT: {
    title: 'the router has no free port left',
    explain: 'The router listens on one unprivileged port for each load balancer listener.',
    fix: 'Route more targets by name, or split the spec.',
  },
  LG_PORT_CONFLICT: {
    title: 'targets with one host name cannot share an endpoint service',
    explain: 'All ports of a host name belong to one endpoint service. Two of these targets cannot be in the same one.',
    fix: 'Give one of them another host name or port, or set `port_policy: remap`.',
  },
  LG_HOST_MIXED_GRANTS: {
    title: 'a listener that cannot tell NCCs apart would be open to the wrong workspaces',
    explain:
      'The two targets have the same host name and therefore the same endpoint service. The listener of one of them cannot tell NCCs apart (its server speaks first, or the listener bypasses the router), and not every NCC that needs the service was granted this target.',
    fix: 'Grant both targets to the same workspaces, or give one of them another host name.',
  },
  LG_NO_HUB: {
    title: 'the spec has no hub',
    explain: 'Endpoint services need load balancers, and load balancers need a VPC.',
    fix: 'Add `hub` with a VPC to create, or with the id and subnets of an existing one.',
  },
  LG_NO_INTERNET: {
    title: 'the hub has no route to the internet',
    explain: 'A target is on the internet, and the hub is created with `internet: none`.',
    fix: 'Remove `internet: none`, or the targets on that network.',
  },
  LG_HUB_TOO_SMALL: {
    title: 'the hub’s range is too small',
    explain:
      'Each private subnet needs addresses for its load balancers (AWS requires eight free addresses for each), routers and endpoints.',
    fix: 'Use a larger `cidr` from the start. The range of a VPC cannot change later without replacing everything in it.',
  },
  LG_HUB_RANGE_UNKNOWN: {
    title: 'the address range of an existing hub is not given',
    explain:
      'Routers accept a PROXY header, and the identity in it, only from the address range of the load balancers. lakegate does not know the range of an existing VPC, so routers accept the header from every private address. The security group of the routers still admits only the load balancers.',
    fix: 'Add `cidrs` to a network with `reach: hub`.',
  },
  LG_TOO_MANY_INTERFACES: {
    title: 'the load balancers have more interfaces than a VPC may have',
    explain:
      'Each load balancer has one network interface in each zone of the hub, and AWS limits the interfaces of a VPC.',
    fix: 'Ask AWS to raise the quota before you apply, or let clients use other ports for targets that cannot share one (`port_policy: remap`).',
  },
  LG_FLEET_TOO_SMALL: {
    title: 'the router fleet is too small for the stated load',
    explain:
      'The stated load needs more routers than `hub.router.max`, by the throughput of the instance type or by the connections that a load balancer can keep to one router.',
    fix: 'Raise `hub.router.max`, choose a larger instance, or correct `load`.',
  },
  LG_MOVED: {
    title: 'a target moves to another endpoint service',
    explain:
      'The lock keeps targets where they are. This target cannot stay, because the plan would break a limit or a grant.',
    fix: 'Its connections end when the change is applied. Undo the change to avoid that.',
  },
  LG_LOCK_OTHER_SPEC: {
    title: 'the lock belongs to another spec',
    explain: 'The lock file was made for a spec with another name, region or account.',
    fix: 'Use the lock of this spec, or plan without a lock for a new deployment.',
  },
  LG_LOCK_VERSION: {
    title: 'the version of the lock is unknown',
    explain: 'The lock was written by a release whose format this one does not know.',
    fix: 'Use the release that wrote it, or a newer one.',
  },
  LG_LOCK_EDITED: {
    title: 'the lock was edited',
    explain:
      'Each entry of the lock has a checksum, and one does not match. An edit by hand, or a merge of two locks, could move what is deployed.',
    fix: 'Restore the file from version control, or take one side of the merge, and plan again.',
  },
  LG_LOCK_BROKEN: {
    title: 'the lock is invalid',
    explain: 'The file is not JSON, lacks a field, or uses a key, port or name twice.',
    fix: 'Restore the file from version control. After a merge, take the lock and the output folder of the branch that was merged first, because they may have been applied, and run `lakegate synth`.',
  },
  LG_LOCK_CHANGED: {
    title: 'the lock has changed since it was read',
    explain:
      'Another run wrote the lock after this run had read it. Writing it again would lose the allocations of that run, so the lock was not written.',
    fix: 'Run the command again. It reads the new lock.',
  },
  LG_PLAN_INCONSISTENT: {
    title: 'the plan is inconsistent',
    explain:
      'An object of the plan refers to another that does not exist, or two objects use the same name or port. This does not happen in a plan that lakegate made, but can in one that was edited.',
    fix: 'Plan again from the spec. If the plan was not edited, report it with the spec.',
  },
  LG_PROOF_FAILED: {
    title: 'the proof of the plan failed',
    explain:
      'A connection that `access` grants would not reach its target, or a connection that it does not grant would reach one. lakegate never writes such a plan.',
    fix: 'Run `lakegate prove` for the hop and the reason. If the plan was not edited, this is a bug in lakegate: report it with the spec.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
