import { limitNames } from '../src/ir/index.ts';
import { features, type JsonSchema, jsonSchema, kafkaPorts, targetTypeNames, targetTypes } from '../src/spec/index.ts';

/** docs/spec.md: words from here, fields from the schema, target types from their table. */
export function specPage(): string {
  const schema = jsonSchema();
  const sections = Object.entries(schema.properties ?? {});
  return `${[
    intro,
    '## The file\n',
    fieldTable(schema),
    ...sections.flatMap(([name, section]) => sectionText(name, section, 2)),
    typesText(),
    outro,
    notBuiltText(),
  ].join('\n')}\n`;
}

const intro = `# The spec: lakegate.yaml

One file says which Databricks workspaces may reach which targets. Everything else follows from it. This page lists every
field; \`npm run docs\` generates it from the schema. \`lakegate init\` writes a commented file, and \`examples/\` has
four complete specs: \`hub-router.yaml\`, \`msk.yaml\` and \`https-apis.yaml\` (TLS inspection) work today; \`foundation.yaml\` holds
what is not built yet and is planned only with \`--accept-not-yet\`.

\`\`\`yaml
lakegate: 1
name: acme-prod
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces:
  analytics: { id: "1234567890123456" }
hub:
  vpc: { create: { cidr: 10.40.0.0/22 } }
networks:
  core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] }
targets:
  orders-db: { type: postgres, host: orders.corp.acme.com, network: core }
access:
  - { from: [analytics], to: [orders-db] }
\`\`\`

How lakegate reads it:

- It is one YAML 1.2 document in UTF-8 of at most 10 MB. Anchors, aliases and merge keys (\`<<\`) are supported, within bounds. Tags and directives are errors.
- Ids are text and need quotes: \`account: "011122223333"\`. YAML reads digits without quotes as a number and drops the leading zero.
- An unknown field is an error. \`lakegate check\` shows all problems of a file in one run, with their lines.
- Names of workspaces, networks, targets and credentials have 1 to 40 lower-case letters, digits and hyphens, start with a letter and do not end with a hyphen. The name of the spec has 2 to 20.
- Host names are the exact, full names that clients use, without wildcard, scheme or port. Addresses are not allowed. Case and one trailing dot are ignored.
- The order of entries does not change the plan.

In editors: \`lakegate schema > lakegate.schema.json\`, and \`# yaml-language-server: $schema=lakegate.schema.json\` as the first line of the spec.
`;

const outro = `## Rules across fields

In addition to the form of each field, \`lakegate check\` checks these rules. Each has a code in [errors.md](errors.md).

- Names refer to something that exists: workspaces and targets under \`access\`, the network of a target, workspaces under \`share_ncc\`, the target of a credential.
- A host and port belong to one target. A host may have several targets on different ports. A bucket belongs to one target.
- Address ranges of networks do not overlap each other or the hub. Fixed addresses are in the network of their target.
- Every target except S3 has a network and needs a hub. A target on the internet needs a hub with a route to the internet.
- A port has at most one \`default: true\` of a type. \`renamed_from\` names a target that does not exist any more.
- Region and partition match. ARNs are in the region of the hub, or in the account of their network.
- A target that no workspace may reach, and an entry that is listed twice, are warnings.
`;

/** Empty once all that a spec can ask for is built. */
function notBuiltText(): string {
  const titles = features.filter(({ isBuilt }) => !isBuilt).map(({ title }) => `- ${title}`);
  if (titles.length === 0) return '';
  return [
    '## Not built yet\n',
    'The format has fields for features that lakegate does not have yet. A spec that uses one is an error (`LG_NOT_BUILT_YET`). With',
    '`--accept-not-yet` it is a warning for the commands that only show or try something (`check`, `plan`, `compare`, `cost`, `trace`, `prove`, `lab`).\n',
    ...titles,
    '',
  ].join('\n');
}

/** A section with its own heading, its fields, and those below it. */
function sectionText(path: string, schema: JsonSchema, depth: number): readonly string[] {
  const object = objectOf(schema);
  if (!object.schema.properties) return [];
  const shown = path === 'limits' ? limitsText() : fieldTable(object.schema);
  const below = Object.entries(object.schema.properties).flatMap(([name, field]) =>
    sectionText(`${path}${object.suffix}.${name}`, field, depth + 1),
  );
  return [
    `${'#'.repeat(Math.min(depth, 4))} \`${path}${object.suffix}\`\n`,
    [schema.description, object.schema === schema ? undefined : object.schema.description].filter(Boolean).join(' '),
    '',
    shown,
    ...below,
  ];
}

/** The object that a schema speaks of: itself, or what its map or list holds. */
function objectOf(schema: JsonSchema): { readonly schema: JsonSchema; readonly suffix: string } {
  if (typeof schema.additionalProperties === 'object' && !schema.properties)
    return { schema: schema.additionalProperties, suffix: '.<name>' };
  if (schema.items?.properties) return { schema: schema.items, suffix: '[]' };
  return { schema, suffix: '' };
}

function fieldTable({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => {
    const must = required.includes(name) ? ' (required)' : '';
    return `| \`${name}\`${must} | ${typeText(field)} | ${cell(field.description ?? '')} |`;
  });
  return ['| Field | Value | Meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

const limitsText = (): string =>
  `${limitNames.map((name) => `\`${name}\``).join(', ')}: whole numbers from 1 (\`endpoints_in_use\` from 0, what the region already uses outside this file). Values in use and their sources: \`lakegate plan\`.\n`;

function typeText(schema: JsonSchema): string {
  const text = valueText(schema);
  const { default: value } = schema;
  const hasDefault = value !== undefined && (typeof value !== 'object' || (Array.isArray(value) && value.length > 0));
  return hasDefault ? `${text}; default \`${JSON.stringify(value).replaceAll('"', '')}\`` : text;
}

function valueText(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(valueText))].join(', or ');
  if (schema.type === 'array') return `list of ${schema.items ? valueText(schema.items) : 'anything'}`;
  if (schema.type === 'object') return schema.properties ? 'map' : 'map by name';
  if (schema.type === 'integer') return 'whole number';
  if (schema.type === 'boolean') return '`true`, `false`';
  const example = schema.examples?.[0];
  return `${schema.type === 'string' ? 'text' : (schema.type ?? 'text')}${example === undefined ? '' : `, such as \`${String(example)}\``}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function typesText(): string {
  const rows = targetTypeNames.flatMap((type) => {
    const { title, port, routings, health } = targetTypes[type];
    return Object.entries(routings).map(([routing, kind], index) => {
      const ports =
        type === 'kafka'
          ? Object.entries(kafkaPorts)
              .map(([auth, at]) => `${at} (${auth})`)
              .join(', ')
          : (port ?? '');
      const needsPort = type === 'tls' || type === 'tcp' ? 'required' : ports;
      const head = index === 0 ? `\`${type}\` | ${title} | ${needsPort}` : ' | | ';
      return `| ${head} | ${routing}${index === 0 ? '' : ', on request'} | ${kind.about} | ${kind.first} | ${index === 0 ? health : ''} |`;
    });
  });
  return [
    '## Target types\n',
    'The type determines the default port, how targets are told apart, and which side speaks first. By name, many targets share a',
    'port and an endpoint. By port, each target needs a separate listener. If the server speaks first, the router does not learn the',
    'endpoint, so only targets with the same access may share that endpoint service.\n',
    '| Type | Is | Port | Told apart by | | Speaks first | Health check |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
