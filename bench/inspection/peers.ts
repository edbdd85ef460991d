import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchName } from './certificates.ts';

/** Ports of the origin: one for each protocol. */
export interface Origins {
  readonly http1: number;
  readonly http2: number;
}

/** A program that ends TLS, reads requests and opens verified TLS to the origin. */
export interface Program {
  readonly name: string;
  /** Says so on standard error when it listens; others are asked. */
  readonly saysReady: boolean;
  /** Undefined: not for this protocol. */
  command(protocol: keyof Origins, port: number, origins: Origins): readonly string[] | undefined;
}

const nginx = '/usr/sbin/nginx';
const haproxy = '/usr/sbin/haproxy';

/** What there is on this machine. mitmproxy: the program that `LAKEGATE_MITMDUMP` names. */
export function peersIn(folder: string, version: string | undefined): readonly Program[] {
  const mitmdump = process.env.LAKEGATE_MITMDUMP;
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const peers: Program[] = [];
  if (existsSync(nginx))
    peers.push({
      name: 'nginx',
      saysReady: false,
      // Towards upstreams nginx has HTTP/1.1 only.
      command: (protocol, port, { http1 }) =>
        protocol === 'http2' ? undefined : [nginx, '-c', written('nginx.conf', nginxConf(folder, port, http1))],
    });
  if (existsSync(haproxy))
    peers.push({
      name: 'haproxy',
      saysReady: false,
      command: (protocol, port, origins) => [
        haproxy,
        '-db',
        '-f',
        written('haproxy.cfg', haproxyConf(folder, port, origins[protocol], protocol === 'http2' ? 'h2' : 'http/1.1')),
      ],
    });
  if (mitmdump !== undefined)
    peers.push({
      name: `mitmproxy${version ? ` ${version}` : ''}`,
      saysReady: false,
      command(protocol, port, origins) {
        const confdir = join(folder, 'mitmproxy');
        mkdirSync(confdir, { recursive: true });
        return [
          mitmdump,
          ...['--quiet', '--mode', `reverse:https://${benchName}:${origins[protocol]}`, '--listen-host', '127.0.0.1'],
          ...['--listen-port', String(port), '--set', `confdir=${confdir}`, '--set', 'stream_large_bodies=1m'],
          ...['--set', `ssl_verify_upstream_trusted_ca=${join(folder, 'servers.pem')}`],
          ...['--set', 'upstream_cert=false', '--certs', join(folder, 'both.pem')],
        ];
      },
    });
  return peers;
}

/** The origin: static files, small and large, over HTTP/1.1 and HTTP/2. */
export function originCommand(folder: string, { http1, http2 }: Origins): readonly string[] {
  const www = join(folder, 'www');
  mkdirSync(www, { recursive: true });
  writeFileSync(join(www, '1k'), Buffer.alloc(1024, 'x'));
  writeFileSync(join(www, '10m'), Buffer.alloc(10 * 1024 * 1024, 'x'));
  const conf = `
worker_processes 1; daemon off; master_process off; pid ${folder}/origin.pid; error_log ${folder}/origin.log crit;
events { worker_connections 4096; multi_accept on; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 300; sendfile on; tcp_nopush on;
  ssl_certificate ${folder}/origin.pem; ssl_certificate_key ${folder}/origin.key;
  ssl_session_cache shared:S:10m; open_file_cache max=10;
  server { listen 127.0.0.1:${http1} ssl; root ${www}; default_type application/octet-stream; }
  server { listen 127.0.0.1:${http2} ssl http2; http2_max_concurrent_streams 256; root ${www}; default_type application/octet-stream; }
}
`;
  writeFileSync(join(folder, 'origin.conf'), conf);
  return [nginx, '-c', join(folder, 'origin.conf')];
}

const nginxConf = (folder: string, port: number, origin: number): string => `
worker_processes 1; daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log crit;
events { worker_connections 4096; multi_accept on; }
http {
  access_log /dev/null combined; keepalive_requests 100000000; keepalive_timeout 300;
  ssl_certificate ${folder}/leaf.pem; ssl_certificate_key ${folder}/leaf.key; ssl_session_cache shared:S:10m;
  upstream o { server 127.0.0.1:${origin}; keepalive 128; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} ssl;
    location / {
      proxy_pass https://o; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_buffering off;
      proxy_ssl_name $host; proxy_ssl_server_name on; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${folder}/servers.pem;
    }
  }
}
`;

const haproxyConf = (folder: string, port: number, origin: number, alpn: string): string => `
global
  nbthread 1
  maxconn 4096
  log /dev/null local0
defaults
  mode http
  log global
  option httplog
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  http-reuse always
frontend f
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem alpn ${alpn}
  default_backend b
backend b
  server s 127.0.0.1:${origin} ssl verify required ca-file ${folder}/servers.pem verifyhost ${benchName} sni str(${benchName}) alpn ${alpn}
`;
