import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { certificateOf } from '../conformance/backends.ts';
import { findTool } from '../tools.ts';
import type { DatabaseServer } from './mysql-servers.ts';
import { folderOf, giveTo, ownerFor } from './owner.ts';
import { postgresPassword } from './postgres-clients.ts';
import { endServer, freePort, saysSoon } from './programs.ts';

/**
 * Starts a PostgreSQL for each name, each with its own certificate; `select name from me` in database `lake` tells who it
 * is. Undefined where there is no user to run it as.
 */
export async function startPostgreses(names: readonly string[]): Promise<readonly DatabaseServer[] | undefined> {
  const initdb = findTool('initdb');
  const postgres = findTool('postgres');
  const owner = ownerFor('postgres');
  if (!initdb || !postgres || !owner) return undefined;
  const first = folderOf(owner, 'postgres');
  const data = join(first.path, 'data');
  const made = spawnSync(initdb, ['-D', data, '-A', 'trust', '-U', 'ada', '-N', '--no-instructions'], {
    ...owner,
    cwd: first.path,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  // A server for single users, so that the accounts are there before anybody can connect.
  const single = ['--single', '-F', '-D', data];
  const input = (text: string, database: string) =>
    execFileSync(postgres, [...single, database], {
      ...owner,
      cwd: first.path,
      input: text,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  input(`ALTER USER ada PASSWORD '${postgresPassword}'\nCREATE DATABASE lake\n`, 'postgres');
  input('CREATE TABLE me (name text)\n', 'lake');
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');

  const start = async (name: string): Promise<DatabaseServer> => {
    const folder = folderOf(owner, name);
    const at = (file: string) => join(folder.path, file);
    const { cert, key, ca } = await certificateOf(name);
    cpSync(data, at('data'), { recursive: true });
    writeFileSync(at('cert.pem'), cert);
    writeFileSync(at('key.pem'), key);
    chmodSync(at('key.pem'), 0o600);
    chmodSync(at('data'), 0o700);
    giveTo(owner, folder.path);
    execFileSync(postgres, ['--single', '-F', '-D', at('data'), 'lake'], {
      ...owner,
      cwd: folder.path,
      input: `INSERT INTO me VALUES ('${name}')\n`,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ssl: 'on',
      ssl_cert_file: at('cert.pem'),
      ssl_key_file: at('key.pem'),
      fsync: 'off',
    };
    const child = spawn(
      postgres,
      ['-D', at('data'), '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
      { ...owner, cwd: dirname(at('data')), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await saysSoon(child, 'ready to accept connections');
    return {
      name,
      port,
      ca,
      close: async () => {
        await endServer(child);
        folder.remove();
      },
    };
  };
  const servers = await Promise.all(names.map(start));
  first.remove();
  return servers;
}
