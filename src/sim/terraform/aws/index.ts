import {
  type Attributes as AwsAttributes,
  AwsError,
  type Value as AwsValue,
  type AwsWorld,
  type Caller,
  createThing,
  finishThing,
  isGone,
  modelOf,
  operationOf,
  readThing,
  removeThing,
  sdkText,
  type Thing,
  updateThing,
} from '../../aws/index.ts';
import type { ProviderModel, ProviderSession } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import type { SchemaSlice } from '../schema.ts';
import { type Attributes, elements, holdsUnknown, isObject, Unknown, unknown, type Value } from '../values.ts';
import { awsBehaviour } from './behaviour.ts';
import { readAwsData } from './data.ts';
import { validateAws } from './validate.ts';

export interface AwsProviderOptions {
  readonly world: AwsWorld;
  readonly slice: SchemaSlice;
  /** The account of a provider block without assume_role. */
  readonly account: string;
}

/** hashicorp/aws in front of the simulated AWS. A provider block with assume_role acts in the role's account. */
export function awsProvider({ world, slice, account }: AwsProviderOptions): ProviderModel {
  const everywhere = { forceNew: ['region'] };
  const behaviour = Object.fromEntries(
    Object.keys(slice.resources).map((type) => {
      const own = awsBehaviour[type] ?? {};
      return [type, { ...own, forceNew: [...everywhere.forceNew, ...(own.forceNew ?? [])] }];
    }),
  );
  return { slice, behaviour, validate: validateAws, configure: (config) => awsSession(world, slice, config, account) };
}

function awsSession(world: AwsWorld, slice: SchemaSlice, config: Attributes, account: string): ProviderSession {
  // The environment of the CLI is not this process's: the region has to stand in the configuration.
  const { region } = config;
  if (typeof region !== 'string' || region === '')
    throw new ProviderError({
      summary: 'Invalid provider configuration',
      detail: 'Missing region configuration: set the region argument.',
    });
  const [role] = elements(config.assume_role);
  const roleArn = isObject(role) ? role.role_arn : undefined;
  const assumed = typeof roleArn === 'string' ? /^arn:[a-z-]+:iam::(\d{12}):role\/.+$/.exec(roleArn)?.[1] : undefined;
  if (typeof roleArn === 'string' && !assumed)
    throw new ProviderError({ summary: 'Cannot assume IAM Role', detail: `IAM Role (${roleArn}) cannot be assumed.` });
  const acting = assumed ?? account;
  const allowed = elements(config.allowed_account_ids);
  if (allowed.length && !allowed.includes(acting))
    throw new ProviderError({ summary: `AWS account ID not allowed: ${acting}` });
  const home: Caller = { account: acting, region, partition: region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws' };
  const [tagging] = elements(config.default_tags);
  const defaultTags = isObject(tagging) ? tagging.tags : undefined;

  const callerOf = (attributes: Attributes): Caller =>
    typeof attributes.region === 'string' && attributes.region !== '' ? { ...home, region: attributes.region } : home;

  const guarded = async <T>(
    type: string,
    action: 'create' | 'update' | 'remove',
    label: string,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const words = { create: 'creating', update: 'updating', remove: 'deleting' }[action];
      const what = `${words} ${type.replace(/^aws_/, '').replaceAll('_', ' ')} (${label})`;
      throw new ProviderError(
        { summary: `${what}: ${sdkText(operationOf(modelOf(type), action), world.ids.uuid(), error)}` },
        error,
      );
    }
  };

  const thingOf = (type: string, state: Attributes): Thing | undefined => world.get(type, String(state.id ?? ''));

  return {
    complete(type, planned) {
      const schema = slice.resources[type]?.attributes ?? {};
      return {
        ...('region' in schema && isUnset(planned.region) ? { region: home.region } : {}),
        ...('tags_all' in schema ? { tags_all: allTags(defaultTags, planned.tags) } : {}),
      };
    },
    async create(type, planned) {
      const input = named(type, withoutUnknown(planned), () => world.ids.suffix());
      const label = String(input.name ?? input.bucket ?? input.id ?? '');
      const thing = await guarded(type, 'create', label, () => createThing(world, callerOf(input), type, input));
      try {
        finishThing(world, thing);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const what = type.replace(/^aws_/, '').replaceAll('_', ' ');
        throw new ProviderError(
          { summary: `waiting for ${what} (${thing.id}): ${error.message}` },
          error,
          readThing(world, thing),
        );
      }
      return readThing(world, thing);
    },
    async read(type, state) {
      const thing = thingOf(type, state);
      if (!thing) return null;
      if (!isGone(world, thing)) return readThing(world, thing);
      world.remove(thing);
      return null;
    },
    async update(type, prior, planned) {
      const thing = thingOf(type, prior);
      if (!thing)
        throw new ProviderError({ summary: `updating ${type} (${String(prior.id)}): it does not exist any more` });
      const input = withoutUnknown(planned);
      const changed = await guarded(type, 'update', String(prior.id), () =>
        updateThing(world, callerOf(prior), thing, input),
      );
      return readThing(world, changed);
    },
    async remove(type, state) {
      const thing = thingOf(type, state);
      if (thing) await guarded(type, 'remove', String(state.id), () => removeThing(world, callerOf(state), thing));
    },
    async find(type, id) {
      const model = modelOf(type);
      const found = world.get(type, id) ?? world.all(type, (each) => model.importId?.(each) === id)[0];
      return found ? readThing(world, found) : null;
    },
    async readData(type, asked) {
      try {
        return readAwsData(world, callerOf(asked), type, withoutUnknown(asked));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new ProviderError({ summary: `reading ${type}: ${error.message}` }, error);
      }
    },
  };
}

const isUnset = (value: Value | undefined): boolean => value === null || value === undefined;

function allTags(defaults: Value | undefined, own: Value | undefined): Value {
  if (own instanceof Unknown || holdsUnknown(own)) return unknown;
  return { ...(isObject(defaults) ? defaults : {}), ...(isObject(own) ? own : {}) };
}

/** What AWS is asked for: it knows no value that is not known. */
const withoutUnknown = (value: Attributes): AwsAttributes =>
  Object.fromEntries(Object.entries(value).map(([name, each]) => [name, known(each)]));

function known(value: Value): AwsValue {
  if (value instanceof Unknown) return null;
  if (isList(value)) return value.map(known);
  return isObject(value) ? withoutUnknown(value) : value;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** A name from `name_prefix` (or `bucket_prefix`), or the provider's own where none is given. */
function named(type: string, input: AwsAttributes, suffix: () => string): AwsAttributes {
  const name = type === 'aws_s3_bucket' ? 'bucket' : 'name';
  if (!(`${name}_prefix` in input) || !isUnset(input[name])) return input;
  const prefix = input[`${name}_prefix`];
  const start = typeof prefix === 'string' && prefix !== '' ? prefix : 'terraform-';
  // Load balancers and target groups have 32 characters in all.
  const short = ['aws_lb', 'aws_lb_target_group'].includes(type);
  return { ...input, [name]: short ? `${start}${suffix().slice(0, 32 - start.length)}` : start + suffix() };
}
