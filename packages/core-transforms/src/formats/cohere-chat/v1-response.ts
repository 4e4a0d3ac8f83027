import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { readAnswer, toCompletion, toUsage, unusable } from './parse.ts';

/**
 * A whole answer of the chat API's first version → a chat completion.
 *
 * out:    text or calls; usage is the billed units; citations are beside the choices.
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` for an answer without a text.
 * source: LiteLLM 1.106.2, llms/cohere/chat/transformation.py, read 2026-11-27.
 */
export function toFirstVersionCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  const read = readAnswer(answer, plan);
  if (!read.ok) return read;
  const { text, tool_calls: given, citations, meta } = read.value;
  if (text === undefined) return unusable(plan, 'the answer has no text');
  const calls = toFirstVersionCalls(objectsIn(given));
  const message = calls.length > 0 ? { content: null, tool_calls: calls } : { content: text };
  const usage = toUsage(isObject(meta) ? meta['billed_units'] : undefined);
  return ok({ ...toCompletion(message, usage, plan, ambient), ...(citations !== undefined && { citations }) });
}

/** Calls in OpenAI's shape. Without an id from the provider the first call gets the reference's bare prefix, and the others their index. */
export function toFirstVersionCalls(calls: readonly JsonObject[]): readonly JsonObject[] {
  return calls.map(({ name = '', parameters = {}, generation_id: id }, index) => ({
    id: `call_${typeof id === 'string' ? id : index === 0 ? '' : String(index)}`,
    type: 'function',
    function: { name, arguments: toPythonJson(parameters) },
  }));
}
