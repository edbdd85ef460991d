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

One file says which Databricks workspaces may reach what. Everything else follows from it. This page lists every field;
it is made from the schema by \`npm run docs\`. \`lakegate init\` writes a commented file to start from, \`examples/\` holds four whole ones.

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

How it is read:

- It is one YAML 1.2 document in UTF-8, at most 10 MB. Anchors, aliases and merge keys (\`<<\`) work, within bounds; tags and directives are refused.
- Ids are text, in quotes: \`account: "011122223333"\`. YAML takes digits without quotes for a number and loses the zero.
- An unknown field is an error, never ignored. \`lakegate check\` shows every problem of a file in one run, with its line.
- Names of workspaces, networks, targets and credentials have 1 to 40 lower-case letters, digits and hyphens, a letter first, no hyphen last. The spec's own name has 2 to 20.
- Host names are those that clients use, exact and full: no wildcard, address, scheme or port. Case and one trailing dot do not matter.
- The order of entries never changes what is planned.

In editors: \`lakegate schema > lakegate.schema.json\`, and \`# yaml-language-server: $schema=lakegate.schema.json\` as the first line of the spec.
`;

const outro = `## Rules across fields

Beyond the form of each field, \`lakegate check\` holds a spec to these rules. Each has its code in [errors.md](errors.md).

- What is named exists: workspaces and targets under \`access\`, the network of a target, workspaces under \`share_ncc\`, the target of a credential.
- A host and port is one target. One host may carry several targets on different ports. A bucket is one target.
- Address ranges of networks overlap neither each other nor the hub. Fixed addresses lie in the network of their target.
- Every target but S3 has a network, and the spec then has a hub. A target on the internet needs a hub with a way there.
- A port has one \`default: true\` of a type at most. \`renamed_from\` names a target that is gone.
- Region and partition belong together; ARNs are of the region of the hub, or the account of their network.
- A target that nobody may reach, and a list that says something twice, are warnings.
`;

/** Empty once all that a spec can ask for is built. */
function notBuiltText(): string {
  const titles = features.filter(({ isBuilt }) => !isBuilt).map(({ title }) => `- ${title}`);
  if (titles.length === 0) return '';
  return [
    '## Not built yet\n',
    'The format has fields for what lakegate does not do yet. A spec that uses one is refused with `LG_NOT_BUILT_YET`; `--accept-not-yet` turns',
    'that into a warning for the commands that only show or try (`check`, `plan`, `compare`, `cost`, `trace`, `prove`, `lab`).\n',
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
      return `| ${head} | ${routing}${index === 0 ? '' : ', if asked for'} | ${kind.about} | ${kind.first} | ${index === 0 ? health : ''} |`;
    });
  });
  return [
    '## Target types\n',
    'What a type decides: the port where none is given, how targets are told apart, who speaks first. By name, many targets share',
    'a port and an endpoint; by port, each needs a listener of its own. Where the server speaks first there is no endpoint identity,',
    'so only targets with the same access may share that endpoint service.\n',
    '| Type | Is | Port | Told apart by | | Speaks first | Health check |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
