import { z } from 'zod';
import { specSchema } from './schema.ts';
import { targetTypeNames, targetTypes } from './target-types.ts';

/** A JSON Schema, as far as this file looks into one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/**
 * JSON Schema (draft 7, which editors know best) of a spec: fields with descriptions, defaults and forms, and for each
 * target type the fields that it takes. It accepts every file that the reader accepts; rules across fields, such as unknown
 * names and overlaps, are the reader's alone.
 */
export function jsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(specSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  const { targets } = schema.properties ?? {};
  const target = targets?.additionalProperties;
  if (!targets || typeof target !== 'object') throw new Error('the schema of targets is a map of objects');
  return {
    ...schema,
    properties: {
      ...schema.properties,
      targets: { ...targets, additionalProperties: { ...target, allOf: typeConditions() } },
    },
  };
}

/** "If the type is this, then only these fields, and at least those." */
function typeConditions(): readonly JsonSchema[] {
  return targetTypeNames.map((type) => {
    const { fields, port, title } = targetTypes[type];
    const required = [
      ...(type === 's3' ? [] : ['network']),
      ...(port === undefined && type !== 's3' && type !== 'kafka' ? ['port'] : []),
    ];
    return {
      if: { properties: { type: { const: type } }, required: ['type'] },
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
      then: {
        description: `The target is ${title}.`,
        propertyNames: { enum: ['type', ...fields] },
        ...(required.length > 0 && { required }),
      },
    };
  });
}

/** The schema as the text of a file, the same bytes every time. */
export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;
