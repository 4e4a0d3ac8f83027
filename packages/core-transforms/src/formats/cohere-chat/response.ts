import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toAnnotations } from './citations.ts';
import { readAnswer, toCompletion, toUsage, unusable } from './parse.ts';

/**
 * A whole answer of the chat API's second version → a chat completion.
 *
 * out:    text, calls and citations. As in the reference, thinking and the plan before calls are dropped.
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` for an answer without a message.
 * source: LiteLLM 1.106.2, llms/cohere/chat/v2_transformation.py, read 2026-11-27.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  const read = readAnswer(answer, plan);
  if (!read.ok) return read;
  const { message, usage } = read.value;
  if (!isObject(message)) return unusable(plan, 'the answer has no message');
  const calls = objectsIn(message['tool_calls']);
  const annotations = toAnnotations(objectsIn(message['citations']));
  const spoken = {
    content: calls.length > 0 ? null : textOf(message['content']),
    ...(calls.length > 0 && { tool_calls: calls.map((call, index) => ({ ...call, index })) }),
    ...(annotations.length > 0 && { annotations }),
  };
  return ok(toCompletion(spoken, toUsage(isObject(usage) ? usage['tokens'] : undefined), plan, ambient));
}

function textOf(content: JsonValue | undefined): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}
