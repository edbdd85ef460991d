import type { Hostname, InfraPlan, PlannedTarget, Port } from '../../src/ir/index.ts';

const target = (type: string, port: number, more: Partial<PlannedTarget> = {}): PlannedTarget => ({
  name: `${type}-1`,
  type,
  network: 'core',
  hosts: [`${type}.example.com` as Hostname],
  ports: [{ port: port as Port, clientPort: port as Port }],
  services: ['s-1'],
  routing: 'name',
  tls: 'passthrough',
  buckets: [],
  workspaces: ['streaming'],
  ...more,
});

const broker = (n: number): Hostname => `b-${n}.events.example.com` as Hostname;

/** One target of each type, two of them on another port than their own. */
export const snippetTargets: readonly PlannedTarget[] = [
  target('https', 443),
  target('http', 80),
  target('postgres', 5432),
  target('mysql', 3306, { routing: 'port', ports: [{ port: 3306 as Port, clientPort: 13306 as Port }] }),
  target('sqlserver', 1433, { routing: 'port', ports: [{ port: 1433 as Port, clientPort: 11433 as Port }] }),
  target('oracle', 1521, { routing: 'port' }),
  target('kafka', 9098, { hosts: [broker(1), broker(2)] }),
  target('redis', 6379),
  target('mongodb', 27017),
  target('tls', 8200),
  target('tcp', 2222, { routing: 'port' }),
  target('s3', 443, { hosts: [], ports: [], services: [], routing: 'bucket', buckets: ['acme-landing-zone'] }),
];

/** The parts of a plan that snippets read. */
export const snippetPlan = {
  aws: { region: 'us-east-1', account: '111122223333', partition: 'aws', tags: {} },
  targets: snippetTargets,
  mskClusters: [
    {
      target: 'kafka-1',
      name: 'kafka-1',
      listeners: 'sni',
      auth: ['iam'],
      brokers: [1, 2].map((number) => ({ number, host: broker(number) })),
      source: { kind: 'existing' },
    },
  ],
  credentials: [
    {
      name: 'msk-rw',
      roleName: 'acme-msk-rw',
      externalId: '0d26daa6-5e44-4c97-a497-ef015f91254a',
      kafka: { target: 'kafka-1', topics: ['*'], groups: ['*'], actions: ['read'] },
    },
  ],
  inspection: {
    ca: { subject: 'CA', days: 397 },
    names: [],
    deliver: { volume: 'main.security.certificates', file: 'lakegate-ca.pem' },
  },
} as unknown as InfraPlan;
