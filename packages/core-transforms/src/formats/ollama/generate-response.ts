import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { readAnswer, toCompletion, unusable } from './parse.ts';
import { splitThought } from './thought.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

const CODE_FENCE = /^```(?:json)?\s*(.*?)\s*(?:```)?$/su;

/**
 * A whole answer of `/api/generate` → a chat completion. As in the reference, its finish reason is always `stop`.
 *
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` for an answer without a response.
 * source: LiteLLM 1.106.2, llms/ollama/completion/transformation.py `transform_response`, read 2026-11-27.
 */
export function toGeneratedCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject): Outcome<JsonObject> {
  const read = readAnswer(answer, plan);
  if (!read.ok) return read;
  const { response, thinking } = read.value;
  if (typeof response !== 'string') return unusable(plan, 'the answer has no response');
  const beside = typeof thinking === 'string' && thinking !== '' ? thinking : undefined;
  const split = beside === undefined ? splitThought(response) : { thought: beside, text: response };
  const reasoning = split.thought !== undefined && { reasoning_content: split.thought };
  const call = offersFunctions(chat) ? toCall(split.text, ambient.callId) : undefined;
  return call === undefined
    ? ok(toCompletion({ content: split.text, ...reasoning }, 'stop', read.value, plan, ambient))
    : ok(toCompletion({ content: null, tool_calls: [call], ...reasoning }, 'tool_calls', read.value, plan, ambient));
}

/** Whether a request offers functions, so that text may be a call. */
export function offersFunctions({ tools, functions }: JsonObject): boolean {
  return objectsIn(tools).length > 0 || objectsIn(functions).length > 0;
}

/** A call that the model wrote in the instructed form; undefined for any other text. */
export function toCall(text: string, callId: string): JsonObject | undefined {
  const [, fenced = text] = CODE_FENCE.exec(text.trim()) ?? [];
  const said = parseJson(fenced);
  if (!isObject(said) || typeof said['name'] !== 'string' || said['arguments'] === undefined) return undefined;
  return { id: childId('call_', callId), type: 'function', function: { name: said['name'], arguments: toPythonJson(said['arguments']) } };
}
