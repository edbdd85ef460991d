import { type Hostname, type Port, parseHostname, parsePort } from '../../ir/index.ts';
import { bucketHost, buildTopology, type Question, type Topology, trace as traceOf } from '../../topology/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { traceText } from '../render/trace-text.ts';
import { meant, usage } from '../usage.ts';

/** A target with many names is traced this far; name one by HOST:PORT for the rest. */
const placesAtMost = 20;

export const trace = command({
  name: 'trace',
  summary: 'Follow one connection hop by hop, and say why it passes or where it stops',
  about:
    'Walks the plan from a workspace to a target, or to any name and port, and gives the reason of each hop. The exit code is 0 whenever the question could be answered, reached or refused; --expect makes the other answer 1.',
  examples: [
    {
      line: 'lakegate trace --from analytics --to crm-db',
      does: 'follows a client of workspace analytics to target crm-db',
    },
    {
      line: 'lakegate trace --from sandbox --to crm.acme.com:3306 --expect refuse',
      does: 'exits 1 if the name could be reached',
    },
    {
      line: 'lakegate trace --from sandbox --to crm.acme.com:3306 --via s-1',
      does: 'dials the endpoint of s-1 by its address, as a hostile client would',
    },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    from: { kind: 'text', value: 'WORKSPACE', help: 'where the connection begins', required: true },
    to: { kind: 'text', value: 'TARGET|HOST:PORT', help: 'a target of the spec, or any name and port', required: true },
    via: {
      kind: 'text',
      value: 'SERVICE',
      help: 'dial this endpoint service by address, whatever the name resolves to',
    },
    expect: { kind: 'text', value: 'reach|refuse', help: 'exit 1 when the answer is another' },
    json: jsonArg,
  },
  async run({ file, from, to, via, expect, json }, world) {
    if (expect !== undefined && expect !== 'reach' && expect !== 'refuse')
      return usage(world, `--expect is reach or refuse, not ${expect}`);
    const made = await loadPlan(file, json, world);
    if (!made) return 1;
    const topology = buildTopology(made.plan.infra, made.plan.routes);
    const workspaces = made.spec.workspaces.map((workspace) => workspace.name);
    if (!workspaces.includes(from)) return usage(world, `there is no workspace ${from}${meant(from, workspaces)}`);
    if (via !== undefined && !topology.services.has(via))
      return usage(world, `there is no endpoint service ${via}${meant(via, topology.services.keys())}`);
    const places = placesOf(topology, to);
    if (!places)
      return usage(world, `${to} is neither a target of the spec nor HOST:PORT${meant(to, topology.targets.keys())}`);
    if (places.length === 0) return usage(world, `nothing is built for ${to}: nobody may reach it`);
    const shown = places.slice(0, placesAtMost);
    const traces = shown.map(({ host, port }) =>
      traceOf(topology, { from, host, port, ...(via !== undefined && { service: via }) }),
    );
    if (json) world.print(JSON.stringify({ traces, more: places.length - shown.length }, null, 2));
    else {
      world.print(traces.map((each) => traceText(each, world.columns)).join('\n\n'));
      if (places.length > shown.length)
        world.print(`\n… and ${places.length - shown.length} more names or ports of ${to}`);
    }
    return expect === undefined || traces.every(({ outcome }) => outcome.is === expect) ? 0 : 1;
  },
});

type Place = Pick<Question, 'host' | 'port'>;

function placesOf(topology: Topology, to: string): readonly Place[] | undefined {
  const target = topology.targets.get(to);
  if (target) {
    const https = 443 as Port;
    if (target.buckets.length > 0)
      return target.buckets.map((bucket) => ({ host: bucketHost(bucket, topology.region), port: https }));
    return target.hosts.flatMap((host) => target.ports.map(({ clientPort }) => ({ host, port: clientPort })));
  }
  const colon = to.lastIndexOf(':');
  const host: Hostname | undefined = parseHostname(to.slice(0, Math.max(colon, 0)));
  const port = /^[0-9]{1,5}$/.test(to.slice(colon + 1)) ? parsePort(Number(to.slice(colon + 1))) : undefined;
  return host && port ? [{ host, port }] : undefined;
}
