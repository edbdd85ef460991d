import type { Service, Unary } from './grpc.ts';
import { type Behaviour, planChange } from './plan.ts';
import type { Fields } from './protobuf.ts';
import { type Method, methods, nestingMode, objectNestingMode } from './protocol.ts';
import type { SchemaAttribute, SchemaBlock, SchemaSlice } from './schema.ts';
import { type Attributes, conform, decodeValue, encodeValue, isObject, type Value } from './values.ts';

/** Something that the provider refuses. `attribute` names the argument at fault. */
export interface Problem {
  readonly summary: string;
  readonly detail?: string;
  readonly attribute?: string;
}

/** A refusal of the cloud behind a provider, as the provider would print it. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly problem: Problem;
  /** What exists nevertheless. Terraform keeps it in the state as tainted. */
  readonly made: Attributes | undefined;

  constructor(problem: Problem, cause?: unknown, made?: Attributes) {
    super(problem.detail ?? problem.summary, { cause });
    this.problem = problem;
    this.made = made;
  }
}

/** A provider that is to be simulated: its schema, what is known of its types, and the cloud behind it. */
export interface ProviderModel {
  readonly slice: SchemaSlice;
  readonly behaviour: Readonly<Record<string, Behaviour>>;
  /** What the provider checks without the cloud. Values may be unknown or null. */
  validate(type: string, config: Attributes): readonly Problem[];
  /** Throws ProviderError. */
  configure(config: Attributes): ProviderSession;
}

/** A configured provider. All throw ProviderError for what the cloud refuses. */
export interface ProviderSession {
  /** Values that follow from the provider's own configuration, such as `tags_all`. */
  complete(type: string, planned: Attributes): Attributes;
  create(type: string, planned: Attributes): Promise<Attributes>;
  read(type: string, state: Attributes): Promise<Attributes | null>;
  update(type: string, prior: Attributes, planned: Attributes): Promise<Attributes>;
  remove(type: string, state: Attributes): Promise<void>;
  find(type: string, id: string): Promise<Attributes | null>;
  readData(type: string, config: Attributes): Promise<Attributes>;
}

const service = '/tfplugin6.Provider/';

/** One provider configuration as gRPC methods. Configured once, by the connection it belongs to. */
export function providerService(model: ProviderModel): Service {
  let session: ProviderSession | undefined;
  const configured = (): ProviderSession => {
    if (!session) throw new Error('the provider is not configured');
    return session;
  };
  const blockOf = (type: string): SchemaBlock => {
    const block = model.slice.resources[type];
    if (!block) throw new Error(`the simulated provider has no resource type ${type}`);
    return block;
  };

  const stateOf = (type: string, made: Attributes, planned: Attributes) =>
    encodeValue(conform(blockOf(type), { ...made, ...kept(planned) }));

  const answers: Record<Method, (request: Record<string, unknown>) => Fields | Promise<Fields>> = {
    GetMetadata: () => ({
      server_capabilities: { plan_destroy: true },
      resources: Object.keys(model.slice.resources).map((type_name) => ({ type_name })),
      data_sources: Object.keys(model.slice.data).map((type_name) => ({ type_name })),
    }),
    GetProviderSchema: () => schemaAnswer(model.slice),
    ValidateProviderConfig: () => ({}),
    ValidateResourceConfig: (request) => {
      const config = decodeValue(request.config);
      return { diagnostics: model.validate(typeOf(request), isObject(config) ? config : {}).map(diagnostic) };
    },
    ValidateDataResourceConfig: () => ({}),
    ConfigureProvider: (request) =>
      guarded(() => {
        session = model.configure(objectOf(request.config) ?? {});
        return {};
      }),
    UpgradeResourceState: (request) => {
      const raw = request.raw_state as { json?: Uint8Array } | undefined;
      const state = decodeValue({ json: raw?.json });
      return { upgraded_state: encodeValue(isObject(state) ? conform(blockOf(typeOf(request)), state) : null) };
    },
    ReadResource: (request) =>
      guarded(async () => {
        const type = typeOf(request);
        const state = objectOf(request.current_state) ?? {};
        const read = await configured().read(type, state);
        return { new_state: encodeValue(read && conform(blockOf(type), { ...read, ...kept(state) })) };
      }),
    PlanResourceChange: (request) => {
      const type = typeOf(request);
      const prior = objectOf(request.prior_state);
      const proposed = objectOf(request.proposed_new_state);
      const config = objectOf(request.config) ?? {};
      const completed = proposed && session ? { ...proposed, ...session.complete(type, proposed) } : proposed;
      const planned = planChange(blockOf(type), model.behaviour[type] ?? {}, { prior, proposed: completed, config });
      return {
        planned_state: encodeValue(planned.state),
        requires_replace: planned.requiresReplace.map((name) => ({ steps: [{ attribute_name: name }] })),
        legacy_type_system: true,
      };
    },
    ApplyResourceChange: async (request) => {
      const type = typeOf(request);
      const prior = objectOf(request.prior_state);
      const planned = objectOf(request.planned_state);
      const answer = await guarded(
        async () => {
          if (planned === null) {
            if (prior) await configured().remove(type, prior);
            return { new_state: encodeValue(null) };
          }
          const made = prior
            ? await configured().update(type, prior, planned)
            : await configured().create(type, planned);
          return { new_state: stateOf(type, made, planned) };
        },
        planned && ((made) => ({ new_state: stateOf(type, made, planned) })),
      );
      // What failed leaves the state as it was: an object that could not be deleted is still there.
      const state = 'new_state' in answer ? {} : { new_state: encodeValue(prior) };
      return { ...state, ...answer, legacy_type_system: true };
    },
    ImportResourceState: (request) =>
      guarded(async () => {
        const type = typeOf(request);
        const found = await configured().find(type, String(request.id ?? ''));
        if (!found) throw new ProviderError({ summary: `Cannot import non-existent remote object ${request.id}` });
        return { imported_resources: [{ type_name: type, state: encodeValue(conform(blockOf(type), found)) }] };
      }),
    ReadDataSource: (request) =>
      guarded(async () => {
        const type = typeOf(request);
        const block = model.slice.data[type];
        if (!block) throw new Error(`the simulated provider has no data source ${type}`);
        const config = objectOf(request.config) ?? {};
        const read = await configured().readData(type, config);
        return { state: encodeValue(conform(block, { ...config, ...read })) };
      }),
    StopProvider: () => ({}),
  };

  const unary = (name: Method): Unary => ({ ...methods[name], answer: answers[name] });
  const made = new Map<string, Unary>((Object.keys(answers) as Method[]).map((name) => [service + name, unary(name)]));
  // Terraform's plugin library asks the standard health service before anything else; 1 is SERVING.
  made.set('/grpc.health.v1.Health/Check', {
    request: { service: { kind: 'string', number: 1 } },
    response: { status: { kind: 'int', number: 1 } },
    answer: () => ({ status: 1 }),
  });
  return made;
}

const typeOf = (request: Record<string, unknown>): string => String(request.type_name ?? '');

const objectOf = (given: unknown): Attributes | null => {
  const value = decodeValue(given);
  return isObject(value) ? value : null;
};

/** `timeouts` lives in the state alone; no cloud knows it. */
const kept = (state: Attributes): Attributes => ('timeouts' in state ? { timeouts: state.timeouts as Value } : {});

/** @param unfinished What to answer besides the error, of an object that exists nevertheless. */
async function guarded(
  work: () => Fields | Promise<Fields>,
  unfinished?: ((made: Attributes) => Fields) | null,
): Promise<Fields> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ...(error.made && unfinished?.(error.made)), diagnostics: [diagnostic(error.problem)] };
  }
}

const diagnostic = ({ summary, detail, attribute }: Problem): Fields => ({
  severity: 1,
  summary,
  detail: detail ?? '',
  ...(attribute ? { attribute: { steps: [{ attribute_name: attribute }] } } : {}),
});

function schemaAnswer(slice: SchemaSlice): Fields {
  const schemas = (blocks: Readonly<Record<string, SchemaBlock>>): Fields =>
    Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, { block: blockMessage(block) }]));
  return {
    provider: { block: blockMessage(slice.provider) },
    resource_schemas: schemas(slice.resources),
    data_source_schemas: schemas(slice.data),
    server_capabilities: { plan_destroy: true },
  };
}

function blockMessage(block: SchemaBlock): Fields {
  return {
    attributes: Object.entries(block.attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
    block_types: Object.entries(block.blocks ?? {}).map(([type_name, nested]) => ({
      type_name,
      block: blockMessage(nested.block),
      nesting: nestingMode[nested.nesting],
      min_items: nested.min ?? 0,
      max_items: nested.max ?? 0,
    })),
  };
}

function attributeMessage(name: string, attribute: SchemaAttribute): Fields {
  const nested = attribute.block && {
    nested_type: {
      attributes: Object.entries(attribute.block.attributes).map(([each, inner]) => attributeMessage(each, inner)),
      nesting: objectNestingMode[attribute.nesting ?? 'single'],
    },
  };
  return {
    name,
    ...(nested ?? { type: Buffer.from(JSON.stringify(attribute.type)) }),
    required: attribute.is === 'required',
    optional: attribute.is.startsWith('optional'),
    computed: attribute.is.endsWith('computed'),
    sensitive: attribute.sensitive === true,
  };
}
