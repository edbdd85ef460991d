import { describe, expect, test } from 'vitest';
import { helloFor } from '../../../../test/corpora/made-hello.ts';
import type { Hostname, Port, Route, RouterListener } from '../../../ir/index.ts';
import { concat, fromLatin1, latin1, nothing } from '../bytes.ts';
import type { Exchange, Exchanged, Server } from '../exchange.ts';
import type { Step } from '../opening.ts';
import { capability, encodeGreeting, type Greeting, parseGreeting } from './greeting.ts';
import { MysqlProtocol } from './protocol.ts';

const capabilities =
  capability.longPassword |
  capability.protocol41 |
  capability.tls |
  capability.secureConnection |
  capability.pluginAuth;

const greeting = (more: Partial<Greeting> = {}): Greeting => ({
  family: 'mysql',
  version: '8.0.36',
  capabilities,
  mariadbCapabilities: 0,
  charset: 45,
  status: 2,
  ...more,
});
const bytesOf = (of: Greeting): Uint8Array => encodeGreeting(of, new Uint8Array(20).fill(7));

/** A server that answers with these bytes, or is refused; counts how often it was asked. */
class FakeServer implements Server {
  asked = 0;
  readonly plan: Server['plan'];
  answer: Uint8Array | string;

  constructor(host: string, answer: Uint8Array | string) {
    this.plan = { host: host as Hostname, port: 3306 as Port };
    this.answer = answer;
  }

  async ask<T>(exchange: Exchange<T>): Promise<Exchanged<T>> {
    this.asked += 1;
    if (typeof this.answer === 'string')
      return { is: 'refused', refusal: { code: 'LG_UPSTREAM_REFUSED', why: this.answer } };
    const read = exchange.read(this.answer);
    if (read.is === 'need-more') throw new Error('a test gives whole greetings');
    return read;
  }
}

const limits = { mysqlGreetingMs: 100, mysqlAskAgainMs: 1000 };

function setup(servers: readonly FakeServer[], mysqlFamily?: RouterListener['mysqlFamily']) {
  const clock = { ms: 0 };
  const notes: string[] = [];
  const protocol = new MysqlProtocol({
    limits: limits as ConstructorParameters<typeof MysqlProtocol>[0]['limits'],
    now: () => clock.ms,
    note: (sentence) => void notes.push(sentence),
    random: (length) => new Uint8Array(length).fill(1),
  });
  const routes = servers.map(
    ({ plan: { host } }): Route => ({
      key: host,
      target: host,
      match: { by: 'name', speech: 'mysql', name: host },
      allow: [],
      action: { upstream: host, tls: 'passthrough' },
    }),
  );
  const listener = {
    key: 'l',
    speaks: ['mysql'],
    routes,
    ...(mysqlFamily && { mysqlFamily }),
  } as unknown as RouterListener;
  const client = { listener, servers: new Map(servers.map((server) => [server.plan.host as string, server])) };
  const greet = async (): Promise<Step> => {
    const step = protocol.opening(client).next(nothing);
    return step.is === 'wait' ? step.until : step;
  };
  return { protocol, client, clock, notes, greet };
}

const versionIn = (step: Step): string | undefined => {
  if (step.is !== 'say') return undefined;
  const read = parseGreeting(step.bytes);
  return read.is === 'greeting' ? read.greeting.version : undefined;
};

describe('the greeting', () => {
  test('shows what all servers of the port can do, and each is asked once', async () => {
    const servers = [
      new FakeServer('a.test', bytesOf(greeting())),
      new FakeServer('b.test', bytesOf(greeting({ version: '5.7.44' }))),
    ];
    const { greet } = setup(servers);
    expect(versionIn(await greet())).toBe('5.7.44');
    expect(versionIn(await greet())).toBe('5.7.44');
    expect(servers.map(({ asked }) => asked)).toEqual([1, 1]);
  });

  test('clients that come at once wait for one question', async () => {
    const server = new FakeServer('a.test', bytesOf(greeting()));
    const { greet } = setup([server]);
    await Promise.all([greet(), greet(), greet()]);
    expect(server.asked).toBe(1);
  });

  test('leaves out a server that does not answer, and asks it again no sooner than its time', async () => {
    const [good, silent] = [new FakeServer('a.test', bytesOf(greeting())), new FakeServer('b.test', 'no answer')];
    const { greet, clock, notes } = setup([good, silent]);
    expect(versionIn(await greet())).toBe('8.0.36');
    expect(notes).toEqual(['b.test:3306 did not say what it can do: no answer']);
    clock.ms = limits.mysqlAskAgainMs - 1;
    await greet();
    expect(silent.asked).toBe(1);
    clock.ms = limits.mysqlAskAgainMs;
    silent.answer = bytesOf(greeting({ version: '5.7.44' }));
    expect(versionIn(await greet())).toBe('5.7.44');
    expect([good.asked, silent.asked]).toEqual([1, 2]);
  });

  test('without any server is a refusal in place of a greeting, with the server’s reason', async () => {
    const step = await setup([new FakeServer('a.test', 'no answer')]).greet();
    expect(step).toMatchObject({ is: 'refuse', refusal: { code: 'LG_UPSTREAM_REFUSED', why: 'no answer' } });
    if (step.is !== 'refuse') return;
    const packet = step.style(step.refusal);
    expect(packet[3]).toBe(0); // the sequence number of a greeting
    expect(latin1(packet)).toContain('LG_UPSTREAM_REFUSED: no answer');
  });

  test('never shows a server of the other family, or one without TLS', async () => {
    const servers = [
      new FakeServer('a.test', bytesOf(greeting({ family: 'mariadb', version: '5.5.5-10.11.6-MariaDB' }))),
      new FakeServer('b.test', bytesOf(greeting({ capabilities: capabilities & ~capability.tls }))),
    ];
    const { greet, notes } = setup(servers, 'mysql');
    expect(await greet()).toMatchObject({ is: 'refuse', refusal: { code: 'LG_UPSTREAM_NO_TLS' } });
    expect(notes).toHaveLength(2);
    servers[1] = new FakeServer('b.test', bytesOf(greeting()));
    expect(versionIn(await setup(servers, 'mysql').greet())).toBe('8.0.36');
  });
});

describe('after the greeting', () => {
  const sslPacket = (flags: number): Uint8Array =>
    concat(
      [32, 0, 0, 1],
      [flags & 255, (flags >> 8) & 255, (flags >> 16) & 255, 0],
      [0, 0, 0, 1, 45],
      new Uint8Array(23),
    );
  const wantsTls = concat(sslPacket(capabilities), helloFor('a.test'));
  const login = (() => {
    const rest = fromLatin1('ada\0\0mysql_native_password\0');
    const packet = concat(sslPacket(capabilities & ~capability.tls), rest);
    packet[0] = packet.length - 4;
    return packet;
  })();

  async function opened(bytes: Uint8Array, server = new FakeServer('a.test', bytesOf(greeting()))) {
    const made = setup([server]);
    const opening = made.protocol.opening(made.client);
    const first = opening.next(nothing);
    if (first.is === 'wait') await first.until;
    const step = opening.next(bytes);
    if (step.is !== 'opened') throw new Error(`not opened: ${step.is}`);
    return { ...made, step, server, prelude: step.prelude?.(server) };
  }

  test('the client is read, and the server’s own greeting is taken off the stream', async () => {
    const { step, prelude } = await opened(wantsTls);
    expect(step).toMatchObject({ claim: { speech: 'mysql', name: 'a.test' }, startsAt: 0 });
    const whole = bytesOf(greeting());
    expect(prelude?.read(whole.subarray(0, 9))).toMatchObject({ is: 'need-more' });
    expect(prelude?.read(whole)).toMatchObject({ is: 'done' });
    expect(prelude?.read(concat(whole, [0]))).toMatchObject({ is: 'refused', refusal: { code: 'LG_PROTOCOL' } });
  });

  test('what the server greets with now is learnt from the client’s own connection', async () => {
    const { prelude, greet, server } = await opened(wantsTls);
    prelude?.read(bytesOf(greeting({ version: '8.4.0' })));
    expect(versionIn(await greet())).toBe('8.4.0');
    expect(server.asked).toBe(1);
  });

  test('a client that wants TLS is refused where the server has it switched off; one that does not is not', async () => {
    const off = bytesOf(greeting({ capabilities: capabilities & ~capability.tls }));
    expect((await opened(wantsTls)).prelude?.read(off)).toMatchObject({
      is: 'refused',
      refusal: { code: 'LG_UPSTREAM_NO_TLS', why: 'a.test has TLS switched off' },
    });
    const plain = await opened(login);
    expect(plain.step.claim).toMatchObject({ whyNoName: expect.stringContaining('without TLS') });
    expect(plain.step.replacement).toBeDefined();
    expect(plain.prelude?.read(off)).toMatchObject({ is: 'done' });
  });

  test('a server that refuses to talk says why', async () => {
    const { prelude } = await opened(wantsTls);
    const blocked = concat([23, 0, 0, 0, 0xff, 0x69, 4], fromLatin1('host is blocked here'));
    expect(prelude?.read(blocked)).toMatchObject({
      is: 'refused',
      refusal: { code: 'LG_UPSTREAM_REFUSED', why: expect.stringContaining('1129') },
    });
  });
});
