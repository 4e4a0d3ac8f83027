import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { VLLM_ONLY } from '../../../providers/vllm-params.ts';
import { isSaid } from '../types.ts';
import { without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

const READ = ['truncate_prompt_tokens', 'chat_template_kwargs', 'guided_json', 'guided_grammar', 'guided_choice'];
const CONSUMED: readonly string[] = [...READ, ...VLLM_ONLY];

/**
 * vLLM's own parameters → the provider's equivalents, unless these are set already. Those without an equivalent are removed.
 *
 * source: LiteLLM 1.106.2, llms/fireworks_ai/chat/transformation.py `map_extra_body_params`, read 2026-11-29.
 */
export const vllmParamsAsOwn: RequestQuirkFunction = (body, { facts }) => {
  if (!CONSUMED.some((name) => name in body)) return ok(body);
  const { truncate_prompt_tokens: tokens, chat_template_kwargs: template } = body;
  const effort = facts?.supports.has('reasoning') === true && isObject(template) ? effortOf(template) : undefined;
  const own: Record<string, JsonValue | undefined> = {};
  if (isSaid(tokens) && body['prompt_truncate_len'] === undefined) own['prompt_truncate_len'] = tokens;
  if (effort !== undefined && body['thinking'] === undefined && body['reasoning_effort'] === undefined) own['reasoning_effort'] = effort;
  if (body['response_format'] === undefined) own['response_format'] = formatOf(body);
  return ok({ ...without(body, CONSUMED), ...own });
};

function effortOf({ enable_thinking: enabled, thinking, reasoning_budget: budget, low_effort: low }: JsonObject): JsonValue | undefined {
  if ((typeof enabled === 'boolean' ? enabled : thinking) === false) return 'none';
  if (typeof budget === 'number' && budget > 0) return Math.trunc(budget);
  return low === true ? 'low' : undefined;
}

function formatOf({ guided_json: schema, guided_grammar: grammar, guided_choice: choice }: JsonObject): JsonObject | undefined {
  if (isSaid(schema)) return { type: 'json_schema', json_schema: { name: 'response', schema } };
  if (isSaid(grammar)) return { type: 'grammar', grammar };
  return isSaid(choice) ? { type: 'json_schema', json_schema: { name: 'choice', schema: { type: 'string', enum: choice } } } : undefined;
}
