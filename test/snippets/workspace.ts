import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitSnippets, type Snippet } from '../../src/emit/snippets/index.ts';
import { defaultFacts } from '../../src/facts/index.ts';
import type { InfraPlan, PlannedTarget, RoutePlan } from '../../src/ir/index.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { makePlan } from '../../src/planner/index.ts';
import type { LoopbackAddress } from '../../src/sim/network/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { type Ran, runClient } from '../interop/programs.ts';
import { findTool } from '../tools.ts';

/** How a client resolves a name and port; undefined for a name that it cannot resolve. */
export type View = (host: string, port: number) => LoopbackAddress | undefined;

/** A lab, the plan that it runs, and what is on the disk of whoever pastes a snippet. */
export interface SnippetLab {
  readonly lab: Lab;
  readonly infra: InfraPlan;
  /** File with the lab's CA: it stands for the public ones. */
  readonly ca: string;
  /** What the volume of the CA of inspection has: that CA alone, and with the public ones. */
  readonly delivered: Delivered;
  /** The text of one snippet with its angle brackets filled in. Throws where something is left to fill in. */
  text(target: string, id: string): string;
  /** What the workspace resolves. */
  byName(workspace: string): View;
  /** What a client reaches that bypasses DNS and uses an endpoint of its workspace as the address of every name. */
  byAddress(workspace: string): View;
  /** Runs the cells one after the other in one notebook. */
  python(cells: readonly string[], view: View, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** A shell cell; curl goes where the view says. Through another program, such as one that makes a namespace, if given. */
  shell(text: string, view: View, through?: readonly string[]): Promise<Ran>;
  /** Gives addresses of 127.0.0.0/8 on which the names answer at their own ports: for clients in C and Java. */
  withAddresses<T>(
    endpoints: readonly { readonly host: string; readonly port: number }[],
    view: View,
    use: (hostsFile: string, addresses: readonly string[]) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

interface Plans {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
}

interface Delivered {
  readonly alone: string;
  readonly bundle: string;
}

/** What the one user of the lab's servers has in the secret scope. */
const secrets = { lab: { user: 'lab', password: 'lab-only-password' } };

/** Starts a lab on a spec. `net` is the part of loopback that only this lab's windows use: three numbers. */
export async function startSnippetLab(yaml: string, net: `127.${number}.${number}`): Promise<SnippetLab> {
  const { spec, diagnostics } = readSpec(yaml, 'lakegate.yaml');
  if (!spec) throw new Error(JSON.stringify(diagnostics));
  const { plan, diagnostics: problems } = makePlan(spec, defaultFacts);
  if (!plan) throw new Error(JSON.stringify(problems));
  const { infra, routes } = plan;
  const lab = await startLab({ spec, infra, routes, nowMs: Date.now() });
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-snippets-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, lab.ca.pem);
  const delivered = { alone: join(folder, 'inspection.pem'), bundle: join(folder, 'inspection-bundle.pem') };
  const inspectionPem = lab.inspectionCa?.pem ?? '';
  writeFileSync(delivered.alone, inspectionPem);
  writeFileSync(delivered.bundle, inspectionPem + lab.ca.pem);
  let made = 0;
  /** The machine's own authorities are the lab's: as if a public one had signed the names. */
  const trust = { SSL_CERT_FILE: ca, REQUESTS_CA_BUNDLE: ca, CURL_CA_BUNDLE: ca };

  const endpoints = infra.targets.flatMap((target) =>
    target.hosts.flatMap((host) => target.ports.map(({ clientPort }) => ({ host, port: clientPort, target }))),
  );

  return {
    lab,
    infra,
    ca,
    delivered,
    text: (target, id) => filled(snippetOf({ infra, routes }, target, id).text, { ca, delivered }),
    byName: (workspace) => (host, port) => {
      try {
        return lab.network.find(workspace, host, port);
      } catch {
        return undefined;
      }
    },
    byAddress: (workspace) => (host, port) => {
      const service = endpoints.find((each) => each.host === host)?.target.services[0] ?? '';
      const [address] = lab.endpointAddresses(workspace, service);
      return address === undefined ? undefined : lab.network.loopbackOf(address, port);
    },
    python(cells, view, env = {}) {
      const places: Record<string, Record<string, readonly [string, number]>> = {};
      for (const { host, port } of endpoints) {
        const at = view(host, port);
        if (at) places[host] = { ...places[host], [port]: [at.host, at.port] };
      }
      return runClient(findTool('python-clients') ?? '', ['test/snippets/notebook.py'], {
        env: { ...trust, ...env },
        input: JSON.stringify({ cells, secrets, places }),
      });
    },
    shell(text, view, through = []) {
      const lines = endpoints.flatMap(({ host, port }) => {
        const at = view(host, port);
        return at ? [`connect-to = "${host}:${port}:${at.host}:${at.port}"\n`] : [];
      });
      made += 1;
      const home = join(folder, `curl-${made}`);
      mkdirSync(home);
      writeFileSync(join(home, '.curlrc'), lines.join(''));
      const [program = '', ...args] = [...through, 'bash', '-c', text];
      return runClient(program, args, { env: { ...trust, CURL_HOME: home } });
    },
    async withAddresses(wanted, view, use) {
      const servers: Server[] = [];
      try {
        const addresses: string[] = [];
        for (const { host, port } of wanted) {
          const at = view(host, port);
          if (!at) throw new Error(`${host} does not resolve there`);
          made += 1;
          const address = `${net}.${made}` as const;
          servers.push(await startForwarder(at, { host: address, port }));
          addresses.push(address);
        }
        const hosts = join(folder, `hosts-${made}`);
        writeFileSync(hosts, wanted.map(({ host }, i) => `${addresses[i]} ${host}\n`).join(''));
        return await use(hosts, addresses);
      } finally {
        for (const server of servers) server.close();
      }
    },
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function targetOf(infra: InfraPlan, name: string): PlannedTarget {
  const target = infra.targets.find((each) => each.name === name);
  if (!target) throw new Error(`the plan has no target ${name}`);
  return target;
}

function snippetOf({ infra, routes }: Plans, target: string, id: string): Snippet {
  const snippet = emitSnippets(infra, targetOf(infra, target), routes).find((each) => each.id === id);
  if (!snippet) throw new Error(`${target} has no snippet ${id}`);
  return snippet;
}

/** What a reader would write in place of the angle brackets, and of files that Databricks keeps in volumes. */
function filled(text: string, { ca, delivered }: Pick<SnippetLab, 'ca' | 'delivered'>): string {
  const full = text
    .replace(/\/Volumes\/[^"'\n<]+-bundle\.pem/g, delivered.bundle)
    .replace(/\/Volumes\/[^"'\n<]+\.pem/g, delivered.alone)
    .replace(/\/Volumes\/[^"'\n]+\.pem/g, ca)
    .replaceAll('<scope>', 'lab')
    .replaceAll('<user key>', 'user')
    .replaceAll('<password key>', 'password')
    .replaceAll('<database>', 'lab')
    .replaceAll('<schema>.<table>', 'whoami');
  const left = /<[A-Za-z][^<>\n]*>/.exec(full);
  if (left) throw new Error(`nothing to put in place of ${left[0]}`);
  return full;
}

/** An address of loopback with the port that clients dial, behind which a socket of the lab answers. */
function startForwarder(to: LoopbackAddress, at: LoopbackAddress): Promise<Server> {
  return new Promise((done, failed) => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const socket = connect({ ...to, allowHalfOpen: true });
      client.on('error', () => socket.destroy());
      socket.on('error', () => client.destroy());
      client.pipe(socket).pipe(client);
    });
    server.once('error', failed);
    server.listen(at.port, at.host, () => done(server));
  });
}
