import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientsAt, credentials, serverOf } from '../sim/aws-server.ts';
import { HubWorld } from '../sim/hub-world.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { findTool } from '../tools.ts';
import { lakegateIn, type Ran } from './cli.ts';

export const passphrase = 'correct horse battery';
export const dayMs = 86_400_000;
export const startMs = Date.parse('2026-11-25T12:00:00Z');
export const secretName = 'lakegate/acme/inspection-issuer';

export const spec = (hosts = 'api.acme.com'): string => `
lakegate: 1
name: acme
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { one: { id: "1" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }
networks: { core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] } }
targets: { api: { type: https, hosts: [${hosts}], network: core, tls: inspect } }
access: [{ from: ["*"], to: ["*"] }]
`;

export interface Place {
  readonly cwd: string;
  /** Runs `lakegate ca …` at a time. */
  ca(line: string, atMs?: number, env?: Record<string, string>): Promise<Ran>;
  text(name: string): string;
}

export function place(specText = spec()): Place {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lakegate.yaml'), specText);
  return {
    cwd,
    ca: (line, atMs = startMs, env = { LAKEGATE_CA_PASSPHRASE: passphrase }) =>
      lakegateIn({ cwd, env, nowMs: () => atMs }, 'ca', ...line.split(' ')),
    text: (name) => readFileSync(join(cwd, name), 'utf8'),
  };
}

export const codeOf = ({ err }: Ran): string | undefined => /LG_[A-Z_]+/.exec(err)?.[0];

/** A cloud with what Terraform makes, and a folder whose commands talk to it. */
export async function cloud() {
  const hub = new HubWorld();
  for (const number of [1, 2]) {
    const key = await hub.make('aws_kms_key', { key_usage: 'SIGN_VERIFY', customer_master_key_spec: 'ECC_NIST_P256' });
    await hub.make('aws_kms_alias', { name: `alias/ca-${number}`, target_key_id: key.id });
  }
  await hub.make('aws_secretsmanager_secret', { name: secretName });
  const { url } = await serverOf(hub);
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
  };
  const here = place();
  const ca = (line: string, days = 0) => here.ca(line, startMs + days * dayMs, env);
  const { secrets } = clientsAt(url);
  return { hub, here, env, ca, secrets };
}

/** Certificates as a router shows them, judged by openssl, strictly. */
export async function judgedByOpenssl(
  { cwd }: Place,
  shown: {
    readonly leaf: string;
    readonly chain: string;
    readonly trusted: string;
    readonly name: string;
    readonly atMs: number;
  },
): Promise<string> {
  const files = { leaf: join(cwd, 'leaf.pem'), chain: join(cwd, 'chain.pem'), trusted: join(cwd, 'trusted.pem') };
  writeFileSync(files.leaf, shown.leaf);
  writeFileSync(files.chain, shown.chain);
  writeFileSync(files.trusted, shown.trusted);
  const said = await new Promise<string>((resolve) => {
    execFile(
      findTool('openssl') ?? '',
      [
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', shown.name],
        ...['-attime', String(Math.floor(shown.atMs / 1000)), '-CAfile', files.trusted],
        ...['-untrusted', files.chain, files.leaf],
      ],
      (failure, stdout, stderr) => resolve(failure ? stdout + stderr : 'verified'),
    );
  });
  return /error \d+ at \d+ depth lookup: (.*)/.exec(said)?.[1] ?? said;
}
