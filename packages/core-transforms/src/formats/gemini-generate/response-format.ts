import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { cleanSchema, withoutClosing, withoutStrict, withOrder } from './clean-schema.ts';
import { objectIn } from './types.ts';

/** Models that accept JSON Schema; older ones take OpenAPI's kind. */
const TAKES_JSON_SCHEMA = /gemini-(?:[2-9]|[1-9]\d+)[.-]/u;

/**
 * `response_format` → members of the provider's `generationConfig`.
 *
 * errors: those of cleanSchema.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `apply_response_schema_transformation`, read 2026-11-26.
 */
export function toResponseFormat(format: JsonValue | undefined, model: string): Outcome<JsonObject> {
  if (!isObject(format)) return ok({});
  const { type, response_schema: own } = format;
  const named = type === 'json_schema' ? objectIn(format, 'json_schema')['schema'] : undefined;
  const given = own ?? named;
  const isJson = type === 'json_object' || given !== undefined;
  const mimeType = isJson ? 'application/json' : type === 'text' ? 'text/plain' : undefined;
  const schema = toSchema(given, model);
  return schema.ok ? ok({ ...(mimeType !== undefined && { response_mime_type: mimeType }), ...schema.value }) : schema;
}

function toSchema(given: JsonValue | undefined, model: string): Outcome<JsonObject> {
  const plain = given === undefined ? undefined : withoutStrict(given);
  if (!isObject(plain) || Object.keys(plain).length === 0) return ok({});
  if (TAKES_JSON_SCHEMA.test(model.toLowerCase())) return ok({ response_json_schema: plain });
  const open = withoutClosing(plain);
  const cleaned = cleanSchema(isObject(open) ? open : plain);
  return cleaned.ok ? ok({ response_schema: withOrder(cleaned.value) }) : cleaned;
}

/** The same format in the form that the provider accepts together with Maps. */
export function asResponseFormat(config: JsonObject): JsonObject {
  if (config['response_mime_type'] !== 'application/json') return config;
  const { response_json_schema: json, response_schema: open, response_mime_type: _type, ...rest } = config;
  const schema = json ?? open;
  return { ...rest, responseFormat: { text: { mimeType: 'APPLICATION_JSON', ...(schema !== undefined && { schema }) } } };
}

/** A prompt with the schema, for models that do not accept one. */
export function schemaPrompt(schema: JsonValue): string {
  return `Use this JSON schema: \n    \`\`\`json \n    ${JSON.stringify(schema)}\n    \`\`\``;
}
