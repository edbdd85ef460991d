import type { Hostname, IpAddress } from '../ir/index.ts';
import type { RuleRecord } from '../sim/databricks/index.ts';
import type { SimulatedAccounts } from '../sim/fill/index.ts';
import type { CustomerNetworks, LoopbackAddress } from '../sim/network/index.ts';
import type { Spec, Target } from '../spec/index.ts';
import type { LabCa } from './ca.ts';
import type { LabExtension } from './extension.ts';
import { createPostgresEngine, type ServerConfig, startS3, type TargetServer, targetKinds } from './targets/index.ts';

/** Functions that close what was started, in the order of the start. */
export type Closing = (() => Promise<void>)[];

export interface TargetOptions {
  readonly spec: Spec;
  readonly extensions: readonly LabExtension[];
  readonly ca: LabCa;
  readonly networks: CustomerNetworks;
}

/** Whether the server of a target implements only the start of its protocol. */
export function isStandIn(target: Target, extensions: readonly LabExtension[]): boolean {
  if (target.type === 's3') return true;
  const { type } = target;
  return (extensions.find((each) => each.types.includes(type)) ?? targetKinds[type]).standIn;
}

/** One server for each host and port of each target, at its address in its network. */
export async function startTargets({ spec, extensions, ca, networks }: TargetOptions, closing: Closing): Promise<void> {
  const postgres = createPostgresEngine();
  closing.push(postgres.close);
  const addresses: (readonly IpAddress[])[] = [];
  const configs: ServerConfig[] = [];
  for (const { target, host, port, certified, answers } of placesOf(spec)) {
    addresses.push(networks.addHost(target.network ?? '', host, target.addresses));
    const leaf = await ca.issue(certified, target.name);
    configs.push({ target, host, port, answers, postgres, caPem: ca.pem, leaf });
  }
  const servers = new Map<ServerConfig, TargetServer>();
  const keep = (config: ServerConfig, server: TargetServer): void => {
    servers.set(config, server);
    closing.push(server.close);
  };
  const taken = new Set<ServerConfig>();
  for (const extension of extensions) {
    const theirs = configs.filter(({ target }) => target.type !== 's3' && extension.types.includes(target.type));
    for (const each of theirs) taken.add(each);
    const started = theirs.length > 0 ? await extension.start(theirs) : [];
    for (const [i, server] of started.entries()) {
      const config = theirs[i];
      if (config) keep(config, server);
    }
  }
  const own = configs.filter((config) => !taken.has(config));
  await Promise.all(
    own.map(async (each) => each.target.type !== 's3' && keep(each, await targetKinds[each.target.type].start(each))),
  );
  for (const [i, config] of configs.entries()) {
    const server = servers.get(config);
    if (server) for (const address of addresses[i] ?? []) networks.listen(address, config.port, server.address);
  }
}

/** Where a server is, and what it is there. */
interface Place extends Pick<ServerConfig, 'target' | 'host' | 'port' | 'answers'> {
  /** Names in its certificate. */
  readonly certified: readonly Hostname[];
}

/** One place for each host and port of each target. Targets that have one upstream share it. */
function placesOf(spec: Spec): readonly Place[] {
  const places = new Map<string, Place>();
  for (const target of spec.targets)
    for (const asked of target.hosts)
      for (const askedPort of target.ports) {
        const { host = asked, port = askedPort, tlsName = host, prefix = target.path ?? '/' } = target.upstream ?? {};
        const key = `${target.network} ${host}:${port}`;
        const before = places.get(key);
        // A client whose TLS is passed through sees the certificate: it names the target that such clients ask for.
        const first = before?.target.tls === 'inspect' ? target : (before?.target ?? target);
        places.set(key, {
          target: first,
          host,
          port,
          certified: [...new Set([...(before?.certified ?? []), tlsName])],
          answers: [...(before?.answers ?? []), { target: target.name, host: asked, prefix }],
        });
      }
  return [...places.values()];
}

/** An S3 server for each S3 rule, by the id of the rule. */
export async function startBuckets(
  spec: Spec,
  { databricks, caller }: SimulatedAccounts,
  ca: LabCa,
  closing: Closing,
): Promise<(rule: RuleRecord) => LoopbackAddress | undefined> {
  const addresses = new Map<string, LoopbackAddress>();
  const ownerOf = (bucket: string): string =>
    spec.targets.find((target) => target.buckets.includes(bucket))?.name ?? '';
  for (const { rule_id, resource_names } of databricks.rules.values()) {
    if (!resource_names) continue;
    const leaf = await ca.issue([`*.s3.${caller.region}.amazonaws.com`], 's3');
    const owners = new Map(resource_names.map((bucket) => [bucket, ownerOf(bucket)]));
    const server = await startS3(caller.region, owners, leaf);
    closing.push(server.close);
    addresses.set(rule_id, server.address);
  }
  return ({ rule_id }) => addresses.get(rule_id);
}
