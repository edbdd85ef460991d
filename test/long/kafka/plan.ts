import { defaultFacts } from '../../../src/facts/index.ts';
import { makePlan, type Plan } from '../../../src/planner/index.ts';
import { readSpec } from '../../../src/spec/index.ts';

/** One cluster of three brokers, and a workspace that has the same endpoint service for something else. */
const spec = (listeners: 'sni' | 'per-broker', auth: 'iam' | 'scram'): string => `
lakegate: 1
name: kafka-lab
aws: { region: us-east-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces:
  streaming: { id: "1" }
  other: { id: "2" }
hub:
  vpc: { create: { cidr: 10.70.0.0/22, zones: 3, internet: none } }
  router: { engine: node, instance: t4g.small, min: 2, max: 6 }
networks:
  hub: { reach: hub }
targets:
  events:
    type: kafka
    network: hub
    listeners: ${listeners}
    hosts: [b-1.events.example.com, b-2.events.example.com, b-3.events.example.com]
    auth: [${auth}]
  vault: { type: tls, host: vault.example.com, port: 8200, network: hub }
access:
  - { from: [streaming], to: [events] }
  - { from: [streaming, other], to: [vault] }
`;

/** The plan of it, proved. What brokers ask of clients is SCRAM in any case; `auth` is what the plan says. */
export function kafkaPlan(listeners: 'sni' | 'per-broker', auth: 'iam' | 'scram' = 'iam'): Plan {
  const read = readSpec(spec(listeners, auth), 'kafka-lab.yaml');
  const planned = read.spec && makePlan(read.spec, defaultFacts);
  if (!planned?.plan) {
    const problems = [...read.diagnostics, ...(planned?.diagnostics ?? [])];
    throw new Error(problems.map((each) => `${each.code} ${each.message}`).join('\n'));
  }
  return planned.plan;
}
