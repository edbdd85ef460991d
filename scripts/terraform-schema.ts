/**
 * Writes src/sim/terraform/schema/*.json: the part of the two providers' schemas that the simulated providers serve,
 * derived from the typed bindings, which are generated from the providers themselves.
 * The bindings are half a gigabyte, so they are installed into a temporary folder and are no dependency.
 *
 *   node scripts/terraform-schema.ts          writes the files
 *   node scripts/terraform-schema.ts --check  exits 1 when a file is not what the bindings say (needs the npm registry)
 *
 * LAKEGATE_BINDINGS=/path/to/node_modules uses bindings that are already installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databricksDataTypes, databricksTypes, dataTypes, resourceTypes } from '../src/sim/terraform/schema/types.ts';
import type {
  SchemaAttribute,
  SchemaBlock,
  SchemaNested,
  SchemaSlice,
  SchemaType,
} from '../src/sim/terraform/schema.ts';

const folder = 'src/sim/terraform/schema';
const bindings = {
  aws: { package: '@cdktn/provider-aws', version: '25.7.0' },
  databricks: { package: '@cdktn/provider-databricks', version: '18.7.0' },
} as const;
type Provider = keyof typeof bindings;

/** Attributes whose values Terraform must not print. The bindings do not carry the mark. */
const sensitive: Readonly<Record<string, readonly string[]>> = {
  aws_ssm_parameter: ['value', 'value_wo'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_binary'],
  'data.aws_ssm_parameter': ['value'],
  databricks_service_principal_secret: ['secret'],
  databricks_secret: ['string_value'],
};

interface Entry {
  readonly value: string;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
}
interface Flags {
  readonly name: string;
  readonly is: SchemaAttribute['is'];
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** One generated module: classes, their getters, and the functions that say what is a block. */
class Bindings {
  private readonly js: string;
  private readonly dts: string;
  private readonly classes = new Map<string, string>();
  private readonly bodies = new Map<string, string>();

  constructor(path: string) {
    const read = (suffix: string): string =>
      [path, join(path, 'index-structs')]
        .filter((each) => existsSync(each))
        .flatMap((each) =>
          readdirSync(each)
            .filter((file) => file.endsWith(suffix))
            .map((file) => readFileSync(join(each, file), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/gm, '')),
        )
        .join('\n');
    this.js = read('.js');
    this.dts = read('.d.ts');
    for (const [, name = '', body = ''] of this.js.matchAll(/^class (\w+) extends [^\n]*\{\n([\s\S]*?)^\}/gm))
      this.classes.set(name.toLowerCase(), body);
    for (const [, name = '', body = ''] of this.js.matchAll(
      /^function (\w+)ToHclTerraform\(struct\) \{\n([\s\S]*?)^\}/gm,
    ))
      this.bodies.set(name.toLowerCase(), body);
  }

  /** The block of the resource, data source or provider that the module is about. */
  root(nestedAttributes: boolean): SchemaBlock {
    const name = /^export declare class (\w+) extends cdktn\.Terraform(?:Resource|DataSource|Provider) /m.exec(
      this.dts,
    )?.[1];
    const body = this.classes.get((name ?? '').toLowerCase());
    if (!name || body === undefined) throw new Error('the bindings have no resource class');
    const hcl = /synthesizeHclAttributes\(\) \{([\s\S]*)/.exec(body)?.[1] ?? '';
    return this.block({ body, hcl, declared: `${name}Config`, type: name, nestedAttributes, inAttribute: false });
  }

  private block(from: {
    body: string;
    hcl: string;
    declared: string;
    type: string;
    nestedAttributes: boolean;
    inAttribute: boolean;
  }): SchemaBlock {
    const attributes: Record<string, SchemaAttribute> = {};
    const blocks: Record<string, SchemaNested> = {};
    const entries = entriesOf(from.hcl);
    for (const { name, is } of from.body ? flagsOf(from.body, entries) : this.declaredFlags(from.declared, entries)) {
      const entry = entries.get(name);
      if (!entry) {
        attributes[name] = { type: this.computedType(from.type, name), is };
        continue;
      }
      if (!entry.isBlock) {
        attributes[name] = { type: simpleType(entry), is };
        continue;
      }
      const struct = /(\w+)ToHclTerraform/.exec(entry.value.replace('(0, index_1.', ''))?.[1];
      if (!struct) throw new Error(`${name}: no mapping function in ${entry.value}`);
      const single = entry.type === 'struct' || this.isSingle(from.declared, name);
      const nested = this.struct(struct, from, entry, name);
      const attribute =
        from.inAttribute || (entry.type === 'struct' ? name !== 'timeouts' : /, false\)/.test(entry.value));
      if (attribute && !from.nestedAttributes && entry.type !== 'struct') {
        attributes[name] = { type: [entry.type as 'list' | 'set', objectOf(nested)], is };
      } else if (attribute) {
        attributes[name] = { nesting: entry.type === 'struct' ? 'single' : (entry.type as 'list'), block: nested, is };
      } else {
        const nesting = entry.type === 'struct' ? 'single' : (entry.type as 'list' | 'set');
        const min = is === 'required' && nesting !== 'single' ? 1 : 0;
        blocks[name] = {
          nesting,
          ...(min ? { min } : {}),
          ...(single && nesting !== 'single' ? { max: 1 } : {}),
          block: nested,
        };
      }
    }
    return { attributes, ...(Object.keys(blocks).length ? { blocks } : {}) };
  }

  private struct(
    struct: string,
    from: { nestedAttributes: boolean; inAttribute: boolean },
    entry: Entry,
    name: string,
  ): SchemaBlock {
    const type = struct.charAt(0).toUpperCase() + struct.slice(1);
    const body = this.classes.get(`${struct.toLowerCase()}outputreference`) ?? '';
    const inAttribute = from.inAttribute || (from.nestedAttributes && entry.type === 'struct' && name !== 'timeouts');
    return this.block({
      body,
      hcl: this.bodies.get(struct.toLowerCase()) ?? '',
      declared: type,
      type: `${type}OutputReference`,
      nestedAttributes: from.nestedAttributes,
      inAttribute,
    });
  }

  /** Nothing refers to the blocks of a provider, so they have no class; what is optional stands in their interface. */
  private declaredFlags(declared: string, entries: ReadonlyMap<string, Entry>): readonly Flags[] {
    const body = new RegExp(`^export interface ${declared}\\b[^{]*\\{([\\s\\S]*?)^\\}`, 'm').exec(this.dts)?.[1] ?? '';
    return [...entries.keys()].map((name) => ({
      name,
      is: new RegExp(`readonly ${camel(name)}:`, 'i').test(body) ? 'required' : 'optional',
    }));
  }

  /** A block that may stand once is declared as the struct itself, others as a list of it. */
  private isSingle(declared: string, name: string): boolean {
    const body = new RegExp(`^export interface ${declared}\\b[^{]*\\{([\\s\\S]*?)^\\}`, 'm').exec(this.dts)?.[1] ?? '';
    const type = new RegExp(`readonly ${camel(name)}\\??: ([^;]+);`, 'i').exec(body)?.[1] ?? '[]';
    return !type.includes('[]');
  }

  /** The type of an attribute that only the provider sets, from its getter. */
  private computedType(type: string, name: string): SchemaType {
    const body = this.classes.get(type.toLowerCase()) ?? '';
    const getter = new RegExp(`get ${camel(name)}\\(\\) \\{\\s*return ([^\\n]*)`, 'i').exec(body)?.[1] ?? '';
    const declared = new RegExp(`^export declare class ${type}\\b[\\s\\S]*?^\\}`, 'm').exec(this.dts)?.[0] ?? '';
    const returns = new RegExp(`get ${camel(name)}\\(\\): ([^;]+);`, 'i').exec(declared)?.[1] ?? 'string';
    const set =
      getter.includes('Fn.tolist') ||
      new RegExp(`_${camel(name)} = new \\w+\\(this, "${name}", true\\)`, 'i').test(body);
    const collection = set ? 'set' : 'list';
    const list = /^(\w+?)(List|Map)$/.exec(returns);
    if (/^string\[\]/.test(returns)) return [collection, 'string'];
    if (/^number\[\]/.test(returns)) return [collection, 'number'];
    if (/StringMap$/.test(returns)) return ['map', 'string'];
    if (/NumberMap$/.test(returns)) return ['map', 'number'];
    if (/BooleanMap$/.test(returns)) return ['map', 'bool'];
    if (/StringMapList$/.test(returns)) return ['list', ['map', 'string']];
    if (/^(boolean|cdktn\.IResolvable)/.test(returns)) return 'bool';
    if (/^number/.test(returns)) return 'number';
    if (list?.[1]) return [collection, this.computedObject(`${list[1]}OutputReference`)];
    if (returns.endsWith('OutputReference')) return this.computedObject(returns);
    return returns.startsWith('any') ? 'dynamic' : 'string';
  }

  private computedObject(type: string): SchemaType {
    const body = this.classes.get(type.toLowerCase()) ?? '';
    return [
      'object',
      Object.fromEntries(flagsOf(body, new Map()).map(({ name }) => [name, this.computedType(type, name)])),
    ];
  }
}

function entriesOf(hcl: string): Map<string, Entry> {
  const found = hcl.matchAll(
    /(\w+): \{\s*value: ([^\n]*),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)",\s*\}/g,
  );
  return new Map(
    [...found].map(([, name = '', value = '', isBlock, type = '', storage = '']) => [
      name,
      { value, isBlock: isBlock === 'true', type, storage },
    ]),
  );
}

function flagsOf(body: string, entries: ReadonlyMap<string, Entry>): readonly Flags[] {
  const found = body.matchAll(/\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)/g);
  return [...found].map(([, name = '', computed, optional, required]) => ({
    // A name like http2 has no underscore in some comments; the synthesized attributes are right.
    name: entries.has(name) ? name : ([...entries.keys()].find((each) => camel(each) === camel(name)) ?? snake(name)),
    is:
      required === 'true'
        ? 'required'
        : computed === 'true'
          ? optional === 'true'
            ? 'optional+computed'
            : 'computed'
          : 'optional',
  }));
}

const scalars: Readonly<Record<string, 'string' | 'number' | 'bool' | 'dynamic'>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
};

function simpleType(entry: Entry): SchemaType {
  if (entry.type === 'simple') return scalars[entry.storage] ?? 'string';
  const inner = /^(string|number|boolean|any)(List|Map)?(List|Map)?$/.exec(entry.storage);
  const element = scalars[inner?.[1] ?? 'string'] ?? 'string';
  const collection = entry.type as 'list' | 'set' | 'map';
  return inner?.[3] ? [collection, [inner[2] === 'Map' ? 'map' : 'list', element]] : [collection, element];
}

function objectOf(block: SchemaBlock): SchemaType {
  const inner = Object.entries(block.attributes).map(([name, each]) => [name, each.type ?? 'dynamic'] as const);
  return ['object', Object.fromEntries(inner)];
}

function derive(lib: string, provider: Provider, type: string, data: boolean): SchemaBlock {
  const short = type === provider ? 'provider' : type.slice(provider.length + 1).replaceAll('_', '-');
  const path = join(lib, data ? `data-${provider}-${short}` : short);
  if (!existsSync(path)) throw new Error(`${provider} has no ${data ? 'data source' : 'resource'} ${type}`);
  const block = new Bindings(path).root(provider === 'databricks');
  const secret = sensitive[data ? `data.${type}` : type] ?? [];
  const attributes = Object.entries(block.attributes).map(
    ([name, each]) => [name, secret.includes(name) ? { ...each, sensitive: true } : each] as const,
  );
  return { ...block, attributes: Object.fromEntries(attributes) };
}

function slice(modules: string, provider: Provider): SchemaSlice {
  const { package: name, version } = bindings[provider];
  const lib = join(modules, name, 'lib');
  const wanted =
    provider === 'aws'
      ? { resources: resourceTypes, data: dataTypes }
      : { resources: databricksTypes, data: databricksDataTypes };
  const provided =
    /providerVersion: '([0-9.]+)'/.exec(readFileSync(join(lib, 'provider', 'index.js'), 'utf8'))?.[1] ?? '';
  const blocks = (types: readonly string[], data: boolean) =>
    Object.fromEntries([...types].sort().map((type) => [type, derive(lib, provider, type, data)]));
  return {
    source: `${name}@${version}`,
    providerVersion: provided,
    provider: derive(lib, provider, provider, false),
    resources: blocks(wanted.resources, false),
    data: blocks(wanted.data, true),
  };
}

/** One line for each type, so that a changed schema shows as the types that changed. */
function text(made: SchemaSlice): string {
  const lines = (blocks: Readonly<Record<string, SchemaBlock>>) =>
    Object.entries(blocks)
      .map(([type, block]) => `  ${JSON.stringify(type)}: ${JSON.stringify(block)}`)
      .join(',\n');
  return [
    '{',
    `"source": ${JSON.stringify(made.source)},`,
    `"providerVersion": ${JSON.stringify(made.providerVersion)},`,
    `"provider": ${JSON.stringify(made.provider)},`,
    `"resources": {\n${lines(made.resources)}\n},`,
    `"data": {\n${lines(made.data)}\n}`,
    '}\n',
  ].join('\n');
}

/** The text of each schema file, by provider. Installs the bindings unless LAKEGATE_BINDINGS names them. */
export function schemaTexts(): Readonly<Record<Provider, string>> {
  const given = process.env.LAKEGATE_BINDINGS;
  const temporary = given ? undefined : mkdtempSync(join(tmpdir(), 'lakegate-bindings-'));
  try {
    if (temporary) {
      const packages = Object.values(bindings).map((each) => `${each.package}@${each.version}`);
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--prefix', temporary];
      execFileSync('npm', ['install', ...flags, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
    }
    const modules = given ?? join(temporary ?? '', 'node_modules');
    return { aws: text(slice(modules, 'aws')), databricks: text(slice(modules, 'databricks')) };
  } finally {
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const [provider, made] of Object.entries(schemaTexts())) {
    const file = join(folder, `${provider}.json`);
    if (!process.argv.includes('--check')) writeFileSync(file, made);
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== made) {
      console.error(
        `${file} is not what ${bindings[provider as Provider].package} says: run node scripts/terraform-schema.ts`,
      );
      process.exitCode = 1;
    }
  }
}
