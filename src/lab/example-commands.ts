import type { LoopbackAddress } from '../sim/network/index.ts';
import type { Target } from '../spec/index.ts';
import { trace } from '../topology/index.ts';
import type { Lab } from './lab.ts';
import { addressesOf } from './pairs.ts';
import { allowedPaths } from './paths.ts';

/** Command lines to paste while the lab runs, for each workspace. `ca` is the file with the lab's CAs. */
export function exampleCommands(lab: Lab, ca: string): readonly string[] {
  return lab.spec.workspaces.flatMap(({ name }) => {
    const socks = lab.socks.get(name);
    return socks ? ['', `${name}: SOCKS5 ${text(socks)} (names resolved there)`, ...linesOf(lab, name, socks, ca)] : [];
  });
}

function linesOf(lab: Lab, workspace: string, socks: LoopbackAddress, ca: string): readonly string[] {
  const may = (target: Target): boolean =>
    lab.spec.access.some(({ from, to }) => from.includes(workspace) && to.includes(target.name));
  const mine = lab.spec.targets.filter(may).flatMap((target) => lineOf(lab, workspace, socks, ca, target));
  const forbidden = lab.spec.targets.find((target) => !may(target) && target.hosts.length > 0);
  const refused = forbidden ? addressesOf(forbidden, lab.topology).slice(0, 1) : [];
  return [
    ...mine.map((line) => `  ${line}`),
    ...refused.map(({ host, port }) => {
      const path = forbidden ? allowedPaths(forbidden)[0] : '/';
      const question = { from: workspace, host, port, ...(forbidden?.tls === 'inspect' && { path }) };
      const { outcome } = trace(lab.topology, question);
      const how =
        outcome.is === 'refuse' && outcome.code === 'LG_NO_RULE'
          ? 'the name does not resolve'
          : 'the router refuses it';
      return `  ${curl(socks, ca)} https://${host}${port === 443 ? '' : `:${port}`}${path}   # not granted: ${how}`;
    }),
  ];
}

/**
 * Clients without SOCKS connect to the endpoint's port on loopback and still send the host name.
 * Oracle, SQL Server and MongoDB have no line: their stand-ins implement only the start of the protocol.
 */
function lineOf(lab: Lab, workspace: string, socks: LoopbackAddress, ca: string, target: Target): readonly string[] {
  return addressesOf(target, lab.topology).flatMap(({ host, port }) => {
    const direct = (): LoopbackAddress => lab.network.find(workspace, host, port);
    const at = (usual: number): string => ((port as number) === usual ? host : `${host}:${port}`);
    switch (target.type) {
      case 'https':
        return [`${curl(socks, ca)} https://${at(443)}${allowedPaths(target)[0]}`];
      case 's3':
        return [`${curl(socks, ca)} https://${host}/`];
      case 'http':
        return [`curl --proxy socks5h://${text(socks)} http://${at(80)}${allowedPaths(target)[0]}`];
      case 'tls':
        return [`${curl(socks, ca)} https://${host}:${port}/`];
      case 'postgres': {
        const { port: loopback } = direct();
        const settings = `host=${host} hostaddr=127.0.0.1 port=${loopback} sslmode=verify-full sslrootcert=${ca} user=lab dbname=lab`;
        return [`psql "${settings}" -c 'SELECT * FROM whoami'`];
      }
      case 'mysql': {
        const { port: loopback } = direct();
        // The client of MySQL sends the server name only with this option; the client of MariaDB cannot, and needs a separate port.
        const name = target.routing === 'name' ? ` --tls-sni-servername=${host}` : '';
        const where = `--host=127.0.0.1 --port=${loopback} --ssl-ca=${ca}${name}`;
        return [`mysql ${where} --user=lab --execute='SELECT @@hostname'   # ${host}`];
      }
      case 'redis':
        return [`(echo INFO; sleep 1) | ${sClient(direct(), host, ca)}`];
      case 'kafka':
        return [`echo | ${sClient(direct(), host, ca)}`];
      case 'tcp':
        return [`curl --proxy socks5h://${text(socks)} --max-time 2 telnet://${host}:${port}`];
      case 'oracle':
      case 'sqlserver':
      case 'mongodb':
        return [];
      default:
        return target.type satisfies never;
    }
  });
}

const text = ({ host, port }: LoopbackAddress): string => `${host}:${port}`;
const curl = (socks: LoopbackAddress, ca: string): string => `curl --proxy socks5h://${text(socks)} --cacert ${ca}`;
const sClient = (address: LoopbackAddress, host: string, ca: string): string =>
  `openssl s_client -quiet -connect ${text(address)} -servername ${host} -verify_hostname ${host} -CAfile ${ca}`;
