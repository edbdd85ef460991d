import type { CodeText } from '../code-text.ts';

/** What is found in the two clouds, as opposed to problems of a plan and to refusals of single connections. */
export const observationCodes = {
  LG_NOT_OBSERVED: {
    title: 'something could not be observed',
    explain:
      'A call to AWS or Databricks was refused or gave no answer, or no API call shows it. It may be in order or not; lakegate assumes neither.',
    fix: 'The message has the call and its refusal: grant the missing permission, or try again. What no API shows can only be tested by a connection.',
  },
  LG_LIVE_WORKSPACE: {
    title: 'a workspace does not use its NCC',
    explain:
      'A workspace of the plan does not exist in the region, does not run, or is attached to another NCC or none; or a workspace that is not in the plan is attached to an NCC of the plan and reaches all that this NCC reaches.',
    fix: 'Apply the Terraform configuration to attach the workspaces of the plan. Add a workspace that is not in the plan to the spec, or attach it to another NCC.',
  },
  LG_LIVE_NCC: {
    title: 'an NCC does not exist',
    explain: 'The Databricks account has no network connectivity configuration of the planned name in the region.',
    fix: 'Apply the Terraform configuration. If it was applied, check the Databricks account and the lock that the plan was made with.',
  },
  LG_LIVE_RULE_WAITS: {
    title: 'a private endpoint rule is not in use yet',
    explain:
      'Databricks has not made the endpoint yet, has not noticed that it was accepted, or the rule is for S3 and not enabled.',
    fix: 'Wait some minutes. A rule for S3 that is established is enabled by the accounts API or the console.',
  },
  LG_LIVE_RULE_ENDED: {
    title: 'a private endpoint rule has ended',
    explain:
      'Its endpoint could not be made, was rejected or disconnected, or it was not accepted in time. Such a rule does not come back by itself.',
    fix: 'Look at the message of Databricks, remove the cause, delete the rule and apply the Terraform configuration, which makes it again.',
  },
  LG_LIVE_RULE_FOREIGN: {
    title: 'a rule leads to an endpoint service that is not ours',
    explain:
      'An NCC has a rule to an endpoint service that does not have the tag of this configuration. It counts against the limits, and its names go there.',
    fix: 'If the rule is left over from a service that was replaced, delete it. If it was made on purpose, leave it.',
  },
  LG_LIVE_RULE_NAMES: {
    title: 'the names of a rule are not clear',
    explain:
      'Two rules of one NCC list the same name, so it is not defined which endpoint its clients get; or a rule lists something that is not an exact host name.',
    fix: 'Remove the name from one of the rules; names that lakegate planned are in the plan.',
  },
  LG_LIVE_ENDPOINT_WAITS: {
    title: 'an endpoint of a rule waits to be accepted',
    explain: 'The endpoint that a rule of ours made has asked to connect, and was not accepted yet.',
    fix: 'Apply the Terraform configuration, which accepts exactly the endpoints that its rules report. A rule that waits for more than 14 days expires.',
  },
  LG_LIVE_ENDPOINT_CLOSED: {
    title: 'an endpoint of a rule is not connected',
    explain:
      'The endpoint that a rule reports was rejected, has failed, or is not known to the endpoint service. It cannot be accepted again.',
    fix: 'Apply the Terraform configuration with `-replace=` and the address of the rule, which makes it again with another endpoint.',
  },
  LG_LIVE_ENDPOINT_FOREIGN: {
    title: 'an endpoint that no rule reports is at our endpoint service',
    explain:
      'An endpoint waits at, or is connected to, an endpoint service of this configuration, and no rule of an NCC in the region reports it.',
    fix: 'Never accept it. Reject it, unless its rule was deleted within the last days, and look at who may attach.',
  },
  LG_LIVE_ENDPOINT_MAP: {
    title: 'the routers have a wrong endpoint map',
    explain:
      'The map from endpoints to NCCs that the routers follow lacks an endpoint, gives one to another NCC, or has one that no rule reports. Which NCC a client belongs to is known by this map alone.',
    fix: 'Apply the Terraform configuration, which writes the map from what the rules report. An endpoint that is mapped to another NCC has the rights of that NCC until then.',
  },
  LG_LIVE_SERVICE: {
    title: 'an endpoint service is not as it should be',
    explain:
      'It does not exist, is not available, has no load balancer or several, or is not in every zone of its load balancer.',
    fix: 'Apply the Terraform configuration.',
  },
  LG_LIVE_PRINCIPALS: {
    title: 'the wrong principals may attach to an endpoint service',
    explain:
      'The role of Databricks in this region is not allowed, others are allowed too, or the service accepts every endpoint without being asked.',
    fix: 'Apply the Terraform configuration, which allows exactly one role and asks for acceptance.',
  },
  LG_LIVE_LOAD_BALANCER: {
    title: 'a load balancer forwards nothing',
    explain:
      'It is not active, or it applies the inbound rules of its security groups to PrivateLink traffic, which silently drops every connection.',
    fix: 'Wait for it to become active, or apply the Terraform configuration, which turns that off.',
  },
  LG_LIVE_LISTENER: {
    title: 'a listener does not forward as planned',
    explain:
      'It speaks another protocol than TCP, forwards to no target group, closes idle connections early, or preserves client addresses.',
    fix: 'Apply the Terraform configuration.',
  },
  LG_LIVE_MEMBERS: {
    title: 'members of a target group are missing or not healthy',
    explain:
      'A listener leads to a target group without healthy members, with some that are not, or without one in a zone that it does not cross.',
    fix: 'The reason of AWS is in the message: `Target.Timeout` is a security group or a route, `FailedHealthChecks` a program that is down.',
  },
  LG_LIVE_PROXY_HEADER: {
    title: 'the load balancer and the routers disagree about the PROXY header',
    explain:
      'The load balancer sends a header that the routers do not expect, sends none where they demand one, or is in a network from which they do not accept it.',
    fix: 'Apply the Terraform configuration, and check that the routers use the routes of the same plan.',
  },
  LG_LIVE_SECURITY_GROUP: {
    title: 'a security group does not allow the traffic',
    explain:
      'No rule admits the connection from the load balancer to the routers, from it to a target, or from the routers to the network of a target.',
    fix: 'Apply the Terraform configuration. If somebody else owns the group, add the rule that the message names.',
  },
  LG_LIVE_ROUTE: {
    title: 'a subnet has no route that leads to the target',
    explain:
      'The route table of a subnet has no route to the network, or its route leads to something that forwards nothing: a blackhole, a peering or an attachment that was not accepted, a NAT gateway that failed.',
    fix: 'Add the route, or ask the owner of the other side to accept the peering or attachment.',
  },
  LG_LIVE_FLEET: {
    title: 'routers are missing',
    explain: 'There is no router fleet, it is set to run none, or it runs fewer routers than it should.',
    fix: 'Apply the Terraform configuration. If machines do not start, look at the activities of the auto scaling group or at the events of the container service.',
  },
  LG_LIVE_CONFIGURATION: {
    title: 'the routers have no configuration',
    explain:
      'An object that the routers follow is not in the configuration bucket, or routers would refuse it for its shape.',
    fix: 'Apply the Terraform configuration, which writes the routes and the endpoint map.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;

export type ObservationCode = keyof typeof observationCodes;
