import { ApiError, badValue, notFound } from './errors.ts';
import type { RecordMaker } from './records.ts';
import { type Call, dispatch, type Route } from './routing.ts';

type Entry = Record<string, unknown>;

/** The role of Databricks that assumes a customer's role. @see databricks/terraform-provider-databricks `aws/constants.go` (2026-11-20) */
const masterRole = 'arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL';

/** What lakegate uses of a workspace: service credentials, volumes, files in volumes. */
export class UnityCatalog {
  private readonly account: RecordMaker;
  private readonly credentials = new Map<string, Entry>();
  private readonly volumes = new Map<string, Entry>();
  private readonly files = new Map<string, Uint8Array>();
  private readonly routes: readonly Route[];

  constructor(account: RecordMaker) {
    this.account = account;
    const root = '^/api/2\\.1/unity-catalog';
    this.routes = [
      [
        'GET',
        /^\/api\/2\.0\/preview\/scim\/v2\/Me$/,
        () => ({ id: '1', userName: 'service-principal', active: true, groups: [] }),
      ],
      ['GET', new RegExp(`${root}/metastore_summary$`), () => ({ metastore_id: 'metastore', region: 'aws' })],
      ['POST', new RegExp(`${root}/credentials$`), ({ input }) => this.createCredential(input)],
      [
        'GET',
        new RegExp(`${root}/credentials/([^/]+)$`),
        ({ params: [name = ''] }) => held(this.credentials, name, 'Credential'),
      ],
      [
        'PATCH',
        new RegExp(`${root}/credentials/([^/]+)$`),
        ({ params: [name = ''], input }) => this.updateCredential(name, input),
      ],
      [
        'DELETE',
        new RegExp(`${root}/credentials/([^/]+)$`),
        ({ params: [name = ''] }) => removed(this.credentials, name, 'Credential'),
      ],
      ['POST', new RegExp(`${root}/volumes$`), ({ input }) => this.createVolume(input)],
      ['GET', new RegExp(`${root}/volumes/([^/]+)$`), ({ params: [name = ''] }) => held(this.volumes, name, 'Volume')],
      [
        'PATCH',
        new RegExp(`${root}/volumes/([^/]+)$`),
        ({ params: [name = ''], input }) => this.updateVolume(name, input),
      ],
      [
        'DELETE',
        new RegExp(`${root}/volumes/([^/]+)$`),
        ({ params: [name = ''] }) => removed(this.volumes, name, 'Volume'),
      ],
      ['PUT', /^\/api\/2\.0\/fs\/files(\/.+)$/, ({ params: [path = ''], input }) => this.writeFile(path, input)],
      ['GET', /^\/api\/2\.0\/fs\/files(\/.+)$/, ({ params: [path = ''] }) => held(this.files, path, 'File')],
      ['HEAD', /^\/api\/2\.0\/fs\/files(\/.+)$/, ({ params: [path = ''] }) => held(this.files, path, 'File')],
      ['DELETE', /^\/api\/2\.0\/fs\/files(\/.+)$/, ({ params: [path = ''] }) => removed(this.files, path, 'File')],
    ];
  }

  answer(call: Call): unknown {
    return dispatch(this.routes, call);
  }

  createCredential(input: Readonly<Record<string, unknown>>): Entry {
    const name = String(input.name ?? '');
    const role = (input.aws_iam_role ?? {}) as { role_arn?: string };
    if (!name) throw badValue('name is required');
    if (this.credentials.has(name)) throw exists(`Credential ${name}`);
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(role.role_arn ?? ''))
      throw badValue(`role_arn '${role.role_arn ?? ''}' is not the ARN of a role`);
    const made: Entry = {
      id: this.account.ids.uuid(),
      name,
      full_name: name,
      purpose: input.purpose ?? 'SERVICE',
      owner: 'service-principal',
      metastore_id: 'metastore',
      isolation_mode: 'ISOLATION_MODE_OPEN',
      created_at: this.account.now(),
      created_by: 'service-principal',
      updated_at: this.account.now(),
      updated_by: 'service-principal',
      comment: input.comment ?? '',
      read_only: input.read_only ?? false,
      used_for_managed_storage: false,
      aws_iam_role: { role_arn: role.role_arn, external_id: this.account.accountId, unity_catalog_iam_arn: masterRole },
    };
    this.credentials.set(name, made);
    return made;
  }

  createVolume(input: Readonly<Record<string, unknown>>): Entry {
    const parts = [input.catalog_name, input.schema_name, input.name].map((each) => String(each ?? ''));
    if (parts.some((each) => !/^[A-Za-z0-9_-]+$/.test(each)))
      throw badValue(`'${parts.join('.')}' is not a catalog, a schema and a name`);
    const name = parts.join('.');
    if (this.volumes.has(name)) throw exists(`Volume '${name}'`);
    const made: Entry = {
      ...input,
      full_name: name,
      volume_id: this.account.ids.uuid(),
      volume_type: input.volume_type ?? 'MANAGED',
      owner: 'service-principal',
      metastore_id: 'metastore',
      storage_location: `s3://metastore/${this.account.ids.uuid()}`,
      comment: input.comment ?? '',
    };
    this.volumes.set(name, made);
    return made;
  }

  credential(name: string): Entry {
    return held(this.credentials, name, 'Credential');
  }

  updateCredential(name: string, input: Readonly<Record<string, unknown>>): Entry {
    const found = this.credential(name);
    const role = { ...(found.aws_iam_role as Entry), ...(input.aws_iam_role as Entry | undefined) };
    return Object.assign(found, input, { aws_iam_role: role, updated_at: this.account.now() });
  }

  removeCredential(name: string): void {
    removed(this.credentials, name, 'Credential');
  }

  volume(name: string): Entry {
    return held(this.volumes, name, 'Volume');
  }

  updateVolume(name: string, input: Readonly<Record<string, unknown>>): Entry {
    return Object.assign(this.volume(name), input);
  }

  removeVolume(name: string): void {
    removed(this.volumes, name, 'Volume');
  }

  file(path: string): Uint8Array {
    return held(this.files, path, 'File');
  }

  removeFile(path: string): void {
    removed(this.files, path, 'File');
  }

  writeFile(path: string, input: Readonly<Record<string, unknown>>): undefined {
    const [, root, catalog, schema, volume] = path.split('/');
    if (root !== 'Volumes') throw badValue(`'${path}' is not in a volume`);
    held(this.volumes, `${catalog}.${schema}.${volume}`, 'Volume');
    this.files.set(path, input.bytes instanceof Uint8Array ? input.bytes : new Uint8Array());
    return undefined;
  }
}

const exists = (what: string): ApiError => new ApiError(409, 'RESOURCE_ALREADY_EXISTS', `${what} already exists`);

function held<T>(from: ReadonlyMap<string, T>, name: string, word: string): T {
  const found = from.get(name);
  if (!found) throw notFound(`${word} '${name}'`);
  return found;
}

function removed<T>(from: Map<string, T>, name: string, word: string): undefined {
  held(from, name, word);
  from.delete(name);
  return undefined;
}
