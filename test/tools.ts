import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';
import { toolsFolder } from './tools-folder.ts';

export { toolsFolder };

/** Places beside PATH, and other names that serve as well. */
const known: Readonly<Record<string, readonly string[]>> = {
  postgres: ['/usr/lib/postgresql/15/bin/postgres'],
  initdb: ['/usr/lib/postgresql/15/bin/initdb'],
  nginx: ['/usr/sbin/nginx'],
  haproxy: ['/usr/sbin/haproxy'],
  mariadbd: ['/usr/sbin/mariadbd'],
  /** The root of an unpacked Debian tree with Oracle's MySQL, server and client. */
  'mysql-server': [join(toolsFolder, 'mysql')],
  chromium: ['/usr/bin/chromium'],
  'kafka-jars': [join(toolsFolder, 'kafka-3.9.1')],
  'kafka-load': [join(toolsFolder, 'kafka-load')],
  'jdbc-jars': [join(toolsFolder, 'jdbc')],
  /** MariaDB's driver as Spark runtimes carry it, apart from the one of today: their classes have the same names. */
  'mariadb-jdbc-2': [join(toolsFolder, 'jdbc-mariadb-2')],
  /** The Python with the clients and moto; the plain one is `python3`. */
  'python-clients': [join(toolsFolder, 'python', 'bin', 'python')],
  /** In the Python with the clients, whichever version that is. */
  grpcio: ['3.10', '3.11', '3.12', '3.13', '3.14'].map((version) =>
    join(toolsFolder, 'python', 'lib', `python${version}`, 'site-packages', 'grpc'),
  ),
  /** Built by `npm ci` and `npm run build`. */
  'router-bundle': [resolve('dist-router/router.mjs')],
  /** A client in Rust, which verifies with rustls. */
  uv: [join(toolsFolder, 'python', 'bin', 'uv')],
  moto: [join(toolsFolder, 'python', 'bin', 'moto_server')],
};

/** Absolute path of a program (or of a folder of jars), or undefined where it is missing. */
export function findTool(name: string): string | undefined {
  const onPath = (process.env.PATH ?? '').split(':').map((folder) => join(folder, name));
  return [...(known[name] ?? []), ...onPath].find((path) => existsSync(path));
}

const required = new Set((process.env.LAKEGATE_REQUIRE ?? '').split(',').filter((name) => name !== ''));

/**
 * `test` where all the tools are there; else a skip whose name says what is missing, or a failure when
 * LAKEGATE_REQUIRE (a comma list) names it.
 */
export function testWith(...tools: readonly string[]): typeof test {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length === 0) return test;
  const why = `needs ${missing.join(' and ')}`;
  const demanded = missing.filter((tool) => required.has(tool));
  const stand = (name: string): void => {
    if (demanded.length === 0) test.skip(`${name} (${why})`, () => {});
    else
      test(`${name} (${why})`, () => {
        throw new Error(`LAKEGATE_REQUIRE names ${demanded.join(', ')}, which this machine does not have`);
      });
  };
  return Object.assign(stand, { each: () => stand }) as unknown as typeof test;
}
