import type { CodeText } from '../code-text.ts';

export const plannerCodes = {
  LG_LIMIT_VALUE: {
    title: 'a limit is set to something nothing fits in',
    explain: 'A limit counts things, so it is a whole number from 1 (endpoints_in_use from 0).',
    fix: 'Remove the entry under limits: to use the published value, or set what your account has.',
  },
  LG_TARGET_WITHOUT_ACCESS: {
    title: 'nobody may reach a target',
    explain: 'No entry under access: lists the target, so no endpoint, listener or route is built for it.',
    fix: 'Grant it to a workspace, or remove it.',
  },
  LG_WORKSPACE_WITHOUT_ACCESS: {
    title: 'a workspace may reach nothing',
    explain: 'No entry under access: lists the workspace, so it is bound to no NCC.',
    fix: 'Grant it a target if it should have one. A workspace that was bound to an NCC before keeps that binding until it is bound to another.',
  },
  LG_TOO_MANY_NCCS: {
    title: 'more NCCs are needed than a region may have',
    explain:
      'Workspaces that may reach different things need different NCCs, because the NCC is the finest identity that the network can tell apart.',
    fix: 'Give some workspaces the same access, accept a merge that the hint lists (share_ncc), or raise limits.nccs_per_region.',
  },
  LG_MERGE_OPTION: {
    title: 'a merge of access sets that would fit',
    explain:
      'Workspaces in one NCC cannot be told apart by the network, so each of them can reach what any of them was granted. The message lists the pairs that this adds.',
    fix: 'If the pairs are acceptable, add the line that the hint shows; lakegate then lists them with every plan.',
  },
  LG_SURPLUS: {
    title: 'a merge makes more reachable than was granted',
    explain:
      'Workspaces share an NCC because share_ncc or isolation: shared allows it, so each reaches what the others were granted.',
    fix: 'Nothing, if that is meant. Otherwise remove the entry of share_ncc, or isolation: shared.',
  },
  LG_TOO_MANY_ENDPOINTS: {
    title: 'more endpoints are needed than a region may have',
    explain:
      'Each private endpoint rule of each NCC makes one endpoint, and a region has a fixed number for all NCCs together.',
    fix: 'Merge NCCs, move targets that stand alone on a port to another port (port_policy: remap), or raise the limit that the message names.',
  },
  LG_TOO_MANY_SERVICES: {
    title: 'more endpoint services are needed than there may be load balancers',
    explain: 'Each endpoint service has a load balancer of its own.',
    fix: 'Let clients use another port for targets that stand alone on one (port_policy: remap), or raise limits.nlbs_per_region.',
  },
  LG_TOO_MANY_LISTENERS: {
    title: 'more listeners are needed than there may be target groups',
    explain: 'Each listener has a target group of its own.',
    fix: 'Route more targets by name, so that they share a port, or raise limits.target_groups_per_region.',
  },
  LG_TOO_MANY_PORTS: {
    title: 'one name needs more ports than a load balancer has listeners',
    explain:
      'All ports of a host name are listeners of one load balancer. How many it can have also depends on the routers: each counts once per listener among its members.',
    fix: 'Give some of the ports another host name, or lower hub.router.max.',
  },
  LG_NO_ROUTER_PORT: {
    title: 'the router has no port left',
    explain: 'The router listens on one unprivileged port for each listener of the load balancers.',
    fix: 'Route more targets by name, or split the spec.',
  },
  LG_PORT_CONFLICT: {
    title: 'targets of one name cannot share a service',
    explain: 'All ports of a host name belong to one endpoint service. Two of these targets exclude each other there.',
    fix: 'Give one of them another host name or port, or port_policy: remap.',
  },
  LG_HOST_MIXED_GRANTS: {
    title: 'a listener without identity would be open to the wrong workspaces',
    explain:
      'The two targets have one host name and so one endpoint service. One of them has a listener that cannot tell who comes (its server speaks first, or there is no router in the way), and not every NCC that needs the service was granted it.',
    fix: 'Grant both targets to the same workspaces, or give one of them a host name of its own.',
  },
  LG_NO_HUB: {
    title: 'there is no hub',
    explain: 'Endpoint services need load balancers, and load balancers a VPC.',
    fix: 'Add hub: with a VPC to create, or the id and subnets of one that exists.',
  },
  LG_NO_INTERNET: {
    title: 'the hub has no way to the internet',
    explain: 'A target is on the internet and the hub is to be created with internet: none.',
    fix: 'Remove internet: none, or the targets on that network.',
  },
  LG_HUB_TOO_SMALL: {
    title: 'the hub’s range is too small',
    explain:
      'Each private subnet must hold its part of the load balancers (AWS wants eight free addresses for each), routers and endpoints.',
    fix: 'Use a larger cidr from the start: the range of a VPC cannot change without replacing what is in it.',
  },
  LG_HUB_RANGE_UNKNOWN: {
    title: 'the range of an existing hub is not stated',
    explain:
      'Routers believe a PROXY header, and so the identity in it, only from where load balancers are. Of an existing VPC lakegate does not know the range, so it takes every private address for it; the security group of the routers still admits the load balancers alone.',
    fix: 'Add cidrs: to a network with reach: hub.',
  },
  LG_TOO_MANY_INTERFACES: {
    title: 'the load balancers have more interfaces than a VPC may',
    explain:
      'Each load balancer has one network interface in each zone of the hub, and a VPC may hold a number of them.',
    fix: 'Ask AWS to raise the quota before applying, or let fewer targets stand alone on a port (port_policy: remap).',
  },
  LG_FLEET_TOO_SMALL: {
    title: 'the routers are too few for the stated load',
    explain:
      'By the throughput of the instance type, or the connections that a load balancer can hold to one router, the stated load needs more routers than hub.router.max.',
    fix: 'Raise hub.router.max, choose a larger instance, or correct load:.',
  },
  LG_MOVED: {
    title: 'a target leaves its endpoint service',
    explain:
      'The lock keeps everything where it is. This target cannot stay, because the plan would break a limit or a grant there.',
    fix: 'Expect its connections to end when the change is applied, or undo the change.',
  },
  LG_LOCK_OTHER_SPEC: {
    title: 'the lock belongs to another spec',
    explain: 'The lock file carries the name of the spec it was made for, and this spec has another.',
    fix: 'Use the lock of this spec, or none for a new deployment.',
  },
  LG_LOCK_VERSION: {
    title: 'the version of the lock is unknown',
    explain: 'The lock was written by a lakegate whose format this one does not know.',
    fix: 'Use the lakegate that wrote it, or a newer one.',
  },
  LG_LOCK_EDITED: {
    title: 'the lock was edited',
    explain:
      'Each entry of the lock carries a sum of its content, and one does not match. Edits by hand, and merges of two locks, would move things that run.',
    fix: 'Restore the file from version control, or take one side of the merge, and plan again.',
  },
  LG_LOCK_BROKEN: {
    title: 'the lock contradicts itself',
    explain: 'The file is not JSON, lacks a field, or gives one key, port or name twice.',
    fix: 'Restore the file from version control, or take one side of a merge, and plan again.',
  },
  LG_LOCK_CHANGED: {
    title: 'the lock has changed in the meantime',
    explain:
      'Between reading the lock and writing it, another run has written it. What that run has allocated would be lost, so the lock was left as it is.',
    fix: 'Run the command again: it plans from the lock as it is now.',
  },
  LG_PLAN_INCONSISTENT: {
    title: 'two parts of the plan contradict each other',
    explain:
      'An object of the plan names another that is not there, or two claim the same name or port. A plan that lakegate made never does; one that was edited by hand may.',
    fix: 'Make the plan again from the spec. If lakegate itself made this one, report it with the spec.',
  },
  LG_PROOF_FAILED: {
    title: 'the plan does not do what the spec grants',
    explain:
      'A connection that access: grants would not reach its target, or one that it does not grant would reach something. lakegate never emits such a plan.',
    fix: 'Run `lakegate prove` for the hop and the reason. If the plan was not edited, lakegate is at fault: report it with the spec.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
