import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderBody } from '../openai-chat/request.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toTurns } from './chat-messages.ts';
import { sortParams } from './sort-params.ts';

/**
 * A chat request → the body for `/api/chat`.
 *
 * out:    parameters under `options`, except those that Ollama has beside it.
 * errors: those of parameters and messages; `bad-request` for calls in the history whose arguments are not JSON.
 * source: LiteLLM 1.106.2, llms/ollama/chat/transformation.py, read 2026-11-27.
 */
export function toChatBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const written = toProviderBody(chat, plan);
  if (!written.ok) return written;
  const { model, messages, tools, functions, tool_choice: _choice, stream: _stream, ...params } = written.value;
  const turns = toTurns(objectsIn(messages));
  if (!turns.ok) return turns;
  const given =
    tools ?? (functions === undefined ? undefined : objectsIn(functions).map((callee) => ({ type: 'function', function: callee })));
  const { options, beside } = sortParams(params, chat, plan);
  const body = { model, messages: turns.value, options, stream: plan.stream, ...(given !== undefined && { tools: given }), ...beside };
  return ok(body, written.notes);
}
