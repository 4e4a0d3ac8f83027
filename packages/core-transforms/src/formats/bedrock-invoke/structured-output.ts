import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { takesEffort } from '../anthropic-messages/thinking.ts';
import { isArray } from '../anthropic-messages/types.ts';
import { capEffort } from '../bedrock-converse/thinking.ts';

/**
 * A body's schema and effort as the model accepts them: the schema under `output_config.format`, or for models without structured output as
 * a text after the last user message; the effort capped to what Bedrock's validator accepts, and none for models without efforts.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/common_utils.py `apply_bedrock_invoke_structured_output` and its neighbours, read 2026-11-27.
 */
export function fitOutput(body: JsonObject, plan: Plan): JsonObject {
  const { output_format: legacy, output_config: given, messages, ...others } = body;
  const { format: nested, ...config } = isObject(given) ? given : {};
  const format = isObject(legacy) ? legacy : isObject(nested) ? nested : undefined;
  const isNative = plan.facts?.supports.has('native_structured_output') === true;
  const kept = takesEffort(plan.facts) ? capEffort(config, plan) : {};
  const output: JsonObject = { ...kept, ...(format !== undefined && isNative && { format }) };
  const inline = format !== undefined && !isNative ? format['schema'] : undefined;
  return {
    ...others,
    ...(messages !== undefined && { messages: isArray(messages) ? withSchema(messages, inline) : messages }),
    ...(Object.keys(output).length > 0 && { output_config: output }),
  };
}

function withSchema(messages: JsonArray, schema: JsonValue | undefined): JsonArray {
  if (!isObject(schema) || Object.keys(schema).length === 0) return messages;
  const last = messages.findLastIndex((message) => isObject(message) && message['role'] === 'user');
  const block: JsonObject = { type: 'text', text: toPythonJson(schema) };
  return messages.map((message, index) => {
    if (index !== last || !isObject(message)) return message;
    const { content = [] } = message;
    if (typeof content === 'string') return { ...message, content: [{ type: 'text', text: content }, block] };
    return isArray(content) ? { ...message, content: [...content, block] } : message;
  });
}
