import type { Field, Message } from './protobuf.ts';

/**
 * Terraform's plugin protocol, version 6: the messages that a provider needs. Names and numbers are the protocol's.
 * @see hashicorp/terraform `docs/plugin-protocol/tfplugin6.0.proto`
 */

const int = (number: number): Field => ({ kind: 'int', number });
const bool = (number: number): Field => ({ kind: 'bool', number });
const string = (number: number): Field => ({ kind: 'string', number });
const bytes = (number: number): Field => ({ kind: 'bytes', number });
const one = (number: number, of: () => Message): Field => ({ kind: 'message', number, of });
const many = (number: number, of: () => Message): Field => ({ kind: 'message', number, many: true, of });
const map = (number: number, of: () => Message): Field => ({ kind: 'map', number, of });

const dynamicValue: Message = { msgpack: bytes(1), json: bytes(2) };
const step: Message = { attribute_name: string(1), element_key_string: string(2), element_key_int: int(3) };
const attributePath: Message = { steps: many(1, () => step) };
const diagnostic: Message = {
  severity: int(1), // 1 error, 2 warning
  summary: string(2),
  detail: string(3),
  attribute: one(4, () => attributePath),
};
const rawState: Message = { json: bytes(1) };

const object: Message = { attributes: many(1, () => attribute), nesting: int(3) };
const attribute: Message = {
  name: string(1),
  type: bytes(2),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  nested_type: one(10, () => object),
};
const nestedBlock: Message = {
  type_name: string(1),
  block: one(2, () => block),
  nesting: int(3),
  min_items: int(4),
  max_items: int(5),
};
const block: Message = {
  version: int(1),
  attributes: many(2, () => attribute),
  block_types: many(3, () => nestedBlock),
};
const schema: Message = { version: int(1), block: one(2, () => block) };
const serverCapabilities: Message = { plan_destroy: bool(1), get_provider_schema_optional: bool(2) };
const typeName: Message = { type_name: string(1) };
const diagnosticsAt = (number: number): Message => ({ diagnostics: many(number, () => diagnostic) });
const configOfType: Message = { type_name: string(1), config: one(2, () => dynamicValue) };
const imported: Message = { type_name: string(1), state: one(2, () => dynamicValue), private: bytes(3) };

/** Requests and answers by method. */
export const methods = {
  GetMetadata: {
    request: {},
    response: {
      server_capabilities: one(1, () => serverCapabilities),
      data_sources: many(3, () => typeName),
      resources: many(4, () => typeName),
    },
  },
  GetProviderSchema: {
    request: {},
    response: {
      provider: one(1, () => schema),
      resource_schemas: map(2, () => schema),
      data_source_schemas: map(3, () => schema),
      server_capabilities: one(6, () => serverCapabilities),
    },
  },
  ValidateProviderConfig: { request: { config: one(1, () => dynamicValue) }, response: diagnosticsAt(2) },
  ValidateResourceConfig: { request: configOfType, response: diagnosticsAt(1) },
  ValidateDataResourceConfig: { request: configOfType, response: diagnosticsAt(1) },
  ConfigureProvider: {
    request: { terraform_version: string(1), config: one(2, () => dynamicValue) },
    response: diagnosticsAt(1),
  },
  UpgradeResourceState: {
    request: { type_name: string(1), version: int(2), raw_state: one(3, () => rawState) },
    response: { upgraded_state: one(1, () => dynamicValue), ...diagnosticsAt(2) },
  },
  ReadResource: {
    request: { type_name: string(1), current_state: one(2, () => dynamicValue), private: bytes(3) },
    response: { new_state: one(1, () => dynamicValue), ...diagnosticsAt(2), private: bytes(3) },
  },
  PlanResourceChange: {
    request: {
      type_name: string(1),
      prior_state: one(2, () => dynamicValue),
      proposed_new_state: one(3, () => dynamicValue),
      config: one(4, () => dynamicValue),
      prior_private: bytes(5),
    },
    response: {
      planned_state: one(1, () => dynamicValue),
      requires_replace: many(2, () => attributePath),
      planned_private: bytes(3),
      ...diagnosticsAt(4),
      legacy_type_system: bool(5),
    },
  },
  ApplyResourceChange: {
    request: {
      type_name: string(1),
      prior_state: one(2, () => dynamicValue),
      planned_state: one(3, () => dynamicValue),
      config: one(4, () => dynamicValue),
      planned_private: bytes(5),
    },
    response: {
      new_state: one(1, () => dynamicValue),
      private: bytes(2),
      ...diagnosticsAt(3),
      legacy_type_system: bool(4),
    },
  },
  ImportResourceState: {
    request: { type_name: string(1), id: string(2) },
    response: { imported_resources: many(1, () => imported), ...diagnosticsAt(2) },
  },
  ReadDataSource: {
    request: configOfType,
    response: { state: one(1, () => dynamicValue), ...diagnosticsAt(2) },
  },
  StopProvider: { request: {}, response: { Error: string(1) } },
} as const satisfies Record<string, { readonly request: Message; readonly response: Message }>;

export type Method = keyof typeof methods;

/** Values of the schema's NestingMode. */
export const nestingMode = { single: 1, list: 2, set: 3, map: 4 } as const;
/** Values of the object attribute's NestingMode, which has the same numbers today and is another enumeration. */
export const objectNestingMode = { single: 1, list: 2, set: 3, map: 4 } as const;
