import { expect, onTestFinished, test } from 'vitest';
import { smallSpec } from '../../test/small-spec.ts';
import { planOf } from '../../test/terraform/cases.ts';
import { answerConnection, removeThing, type Thing, text } from '../sim/aws/index.ts';
import { timings } from '../sim/databricks/index.ts';
import { endpointMap, writeEndpointMap } from '../sim/fill/index.ts';
import { readSpec } from '../spec/index.ts';
import { checkPairs, type PairResult } from './check.ts';
import { type Lab, startLab } from './lab.ts';
import { pairsOf } from './pairs.ts';

/** Two workspaces of one NCC, a target through the routers, one straight to its address, and a bucket. */
const spec = smallSpec({
  targets: `
  web: { type: https, host: web.acme.com, network: core }
  raw: { type: tcp, host: raw.acme.com, port: 7000, network: core, address: 10.50.3.7 }
  lake: { type: s3, bucket: lake }`,
});

async function started(): Promise<Lab> {
  const { infra, routes } = planOf(spec);
  const read = readSpec(spec, 'lakegate.yaml');
  if (!read.spec) throw new Error('the spec has problems');
  const lab = await startLab({ spec: read.spec, infra, routes, nowMs: Date.UTC(2026, 10, 20) });
  onTestFinished(() => lab.close());
  return lab;
}

/** What a workspace observes of each target by its name. */
async function observed(lab: Lab, from = 'one'): Promise<Readonly<Record<string, string>>> {
  const pairs = pairsOf(lab.spec, lab.topology).filter(
    ({ question, target }) => question.from === from && target !== undefined && question.service === undefined,
  );
  const outcome = ({ observed, server, code, how }: PairResult): string =>
    observed === 'reach' ? `${server}` : (code ?? how ?? observed);
  return Object.fromEntries((await checkPairs(lab, pairs)).map((result) => [result.to, outcome(result)]));
}

const one = ({ accounts: { aws } }: Lab, type: string, where: (attributes: Thing['attributes']) => boolean): Thing =>
  aws.all(type, ({ attributes }) => where(attributes))[0] ?? expect.unreachable(`there is no ${type}`);

const whole = { web: 'web', raw: 'raw', lake: 'lake' };

/** Each takes something from the accounts behind the back of the plan. */
const faults: readonly [what: string, fault: (lab: Lab) => unknown, seen: Readonly<Record<string, unknown>>][] = [
  ['nothing', () => undefined, whole],
  [
    'the endpoint is not in the endpoint map',
    async (lab) => {
      await writeEndpointMap(lab.accounts, lab.topology.infra, { version: 1, endpoints: {} });
      await lab.refresh();
    },
    { ...whole, web: 'LG_UNKNOWN_ENDPOINT' },
  ],
  [
    'the endpoint map gives it to another NCC',
    async (lab) => {
      const { endpoints } = endpointMap(lab.accounts, lab.topology.infra);
      const others = Object.fromEntries(Object.keys(endpoints).map((id) => [id, 'n-9']));
      await writeEndpointMap(lab.accounts, lab.topology.infra, { version: 1, endpoints: others });
      await lab.refresh();
    },
    { ...whole, web: 'LG_NOT_GRANTED' },
  ],
  [
    'the connection is rejected',
    ({ accounts: { aws, passTime } }) => {
      for (const { id, attributes } of aws.all('endpoint_connection'))
        answerConnection(aws, text(attributes, 'service_id'), id, 'reject');
      passTime(timings.noticed);
    },
    { web: 'LG_NO_RULE', raw: 'LG_NO_RULE', lake: 'lake' },
  ],
  [
    'a listener is removed',
    (lab) =>
      removeThing(
        lab.accounts.aws,
        lab.accounts.caller,
        one(lab, 'aws_lb_listener', ({ port }) => port === 443),
      ),
    { ...whole, web: 'LG_NO_LISTENER' },
  ],
  [
    'the target is deregistered',
    (lab) =>
      removeThing(
        lab.accounts.aws,
        lab.accounts.caller,
        one(lab, 'aws_lb_target_group_attachment', () => true),
      ),
    { ...whole, raw: expect.stringContaining('ECONNRESET') },
  ],
  [
    'endpoint ids are no longer sent',
    (lab) => {
      const group = one(lab, 'aws_lb_target_group', ({ proxy_protocol_v2: on }) => on === true);
      group.attributes = { ...group.attributes, proxy_protocol_v2: false };
    },
    { ...whole, web: 'LG_NO_IDENTITY' },
  ],
  [
    'a load balancer enforces its inbound rules',
    (lab) => {
      const balancer = one(lab, 'aws_lb', () => true);
      balancer.attributes = {
        ...balancer.attributes,
        enforce_security_group_inbound_rules_on_private_link_traffic: 'on',
      };
    },
    { ...whole, web: expect.stringContaining('ECONNRESET'), raw: expect.stringContaining('ECONNRESET') },
  ],
  [
    'the routers let nothing in from the load balancer',
    ({ accounts: { aws } }) => {
      for (const each of aws.all('aws_vpc_security_group_ingress_rule')) aws.remove(each);
    },
    { ...whole, web: expect.stringContaining('ECONNRESET') },
  ],
  [
    'the route to the network is gone',
    ({ accounts: { aws } }) => {
      for (const each of aws.all('aws_route', ({ attributes }) => text(attributes, 'transit_gateway_id') !== ''))
        aws.remove(each);
    },
    { ...whole, web: 'LG_UPSTREAM_REFUSED', raw: expect.stringContaining('ECONNRESET') },
  ],
  [
    'the workspace is bound to an empty NCC',
    ({ accounts: { databricks } }) => {
      const { network_connectivity_config_id: id } = databricks.createNcc({ name: 'empty', region: 'eu-west-1' });
      databricks.bindWorkspace(1, id);
    },
    { web: 'LG_NO_RULE', raw: 'LG_NO_RULE', lake: 'LG_NO_RULE' },
  ],
];

test.each(faults)('%s: the lab sees it', async (_, fault, seen) => {
  const lab = await started();
  await fault(lab);
  expect(await observed(lab)).toEqual(seen);
});
