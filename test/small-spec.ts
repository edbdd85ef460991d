import { readSpec } from '../src/spec/index.ts';

/** The sections of a spec without a problem, one on each line. */
const sections = {
  lakegate: '1',
  name: 'acme',
  aws: '{ region: eu-west-1, account: "111122223333" }',
  databricks: '{ account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }',
  workspaces: '{ one: { id: "1" }, two: { id: "2" } }',
  hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } } }',
  networks:
    '{ core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] }, hub: { reach: hub }, public: { reach: internet } }',
  targets: '{ db: { type: postgres, host: db.acme.com, network: core } }',
  access: '[{ from: ["*"], to: ["*"] }]',
};

/** A spec with some sections written otherwise, added, or left out (undefined). */
export function smallSpec(parts: Readonly<Record<string, string | undefined>> = {}): string {
  return Object.entries({ ...sections, ...parts })
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}\n`]))
    .join('');
}

/** Each problem as `the text it points at, CODE, message | hint`, in order. What it points at is cut after 12 characters. */
export function problemsOf(text: string | Uint8Array): readonly string[] {
  const { diagnostics, source } = readSpec(text, 'lakegate.yaml');
  return diagnostics.map(({ line, column, severity, code, message, hint }) => {
    const at = source.line(line)?.slice(column - 1, column + 11) ?? '';
    return `${at}→ ${severity === 'error' ? '' : `${severity} `}${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}
