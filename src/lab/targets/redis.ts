import { createServer } from 'node:tls';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** Redis over TLS, the part of RESP that a client needs to connect and ask: HELLO, AUTH, PING, INFO, GET, SET, ECHO, CLIENT, SELECT, QUIT. Any user and password will do. */
export const redis: TargetKind = {
  standIn: false,
  start: async (config) => {
    const values = new Map<string, string>([['server', config.target.name]]);
    return serveOn(
      createServer(config.leaf, (socket) => {
        let held = Buffer.alloc(0);
        const session: Session = { resp: 2 };
        socket.on('error', () => socket.destroy());
        socket.on('data', (chunk) => {
          held = Buffer.concat([held, chunk]);
          for (;;) {
            const read = readCommand(held);
            if (read === 'bad' || held.length > openingCapBytes) return void socket.end('-ERR Protocol error\r\n');
            if (read === 'more') return;
            held = held.subarray(read.bytes);
            const [name = ''] = read.words;
            socket.write(answer(read.words, values, session, config));
            if (name.toUpperCase() === 'QUIT') return void socket.end();
          }
        });
      }),
    );
  },
};

/** Values a lab keeps at most: it is for looking, not for filling. */
const valuesCap = 1000;

/** What a connection has agreed on. */
interface Session {
  /** Version of the protocol: 2 until HELLO asks for 3. */
  resp: 2 | 3;
}

type Command = { readonly words: readonly string[]; readonly bytes: number };

/** One command from the start of the bytes: an array of bulk strings, or an inline line as typed by hand. */
function readCommand(bytes: Buffer): Command | 'more' | 'bad' {
  const newline = bytes.indexOf('\n'); // a line typed by hand may end without a carriage return
  if (newline < 0) return bytes.length > openingCapBytes ? 'bad' : 'more';
  const first = bytes.toString('utf8', 0, newline);
  if (!first.startsWith('*')) return { words: first.split(/\s+/).filter(Boolean), bytes: newline + 1 };
  const count = Number(first.slice(1));
  if (!first.endsWith('\r') || !Number.isInteger(count) || count < 0 || count > 1024) return 'bad';
  const words: string[] = [];
  let at = newline + 1;
  for (let i = 0; i < count; i++) {
    const close = bytes.indexOf('\r\n', at);
    if (close < 0) return 'more';
    const head = bytes.toString('latin1', at, close);
    const length = Number(head.slice(1));
    if (!/^\$[0-9]{1,7}$/.test(head) || length > openingCapBytes) return 'bad';
    if (bytes.length < close + 2 + length + 2) return 'more';
    words.push(bytes.toString('utf8', close + 2, close + 2 + length));
    at = close + 2 + length + 2;
  }
  return { words, bytes: at };
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

/** @see https://redis.io/docs/latest/commands/hello/ */
function hello(version: string | undefined, session: Session): string {
  if (version !== undefined && version !== '2' && version !== '3') return '-NOPROTO unsupported protocol version\r\n';
  if (version !== undefined) session.resp = version === '3' ? 3 : 2;
  const pairs = [
    [bulk('server'), bulk('redis')],
    [bulk('version'), bulk('7.4.0')],
    [bulk('proto'), `:${session.resp}\r\n`],
    [bulk('id'), ':1\r\n'],
    [bulk('mode'), bulk('standalone')],
    [bulk('role'), bulk('master')],
    [bulk('modules'), '*0\r\n'],
  ];
  return `${session.resp === 3 ? `%${pairs.length}` : `*${2 * pairs.length}`}\r\n${pairs.flat().join('')}`;
}

function answer(
  words: readonly string[],
  values: Map<string, string>,
  session: Session,
  { target, host, port }: ServerConfig,
): string {
  const [name = '', key, value] = words;
  switch (name.toUpperCase()) {
    case 'HELLO':
      return hello(key, session);
    case 'PING':
      return key === undefined ? '+PONG\r\n' : bulk(key);
    case 'ECHO':
      return bulk(key ?? '');
    case 'INFO':
      return bulk(
        `# Server\r\nredis_mode:standalone\r\ntcp_port:${port}\r\nserver_name:${target.name}\r\nhost:${host}\r\n`,
      );
    case 'GET': {
      const found = values.get(key ?? '');
      if (found !== undefined) return bulk(found);
      return session.resp === 3 ? '_\r\n' : '$-1\r\n';
    }
    case 'SET':
      if (key === undefined || value === undefined) return "-ERR wrong number of arguments for 'set' command\r\n";
      if (!values.has(key) && values.size >= valuesCap) return '-OOM the lab keeps no more values\r\n';
      values.set(key, value);
      return '+OK\r\n';
    case 'AUTH':
    case 'CLIENT':
    case 'SELECT':
    case 'QUIT':
      return '+OK\r\n';
    case '':
      return '';
    default:
      return `-ERR unknown command '${name.slice(0, 64).replace(/[\r\n]/g, ' ')}'\r\n`;
  }
}
