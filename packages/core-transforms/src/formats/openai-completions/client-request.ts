import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { holdsFor } from '../../params/model-condition.ts';

/**
 * A client's completions request → a chat request.
 *
 * in:     the client's body.
 * out:    each prompt as a user message; a prompt of tokens as the content of one, if the model accepts tokens. Members unknown to the hub
 *         (`suffix`, `echo`, `best_of`) are kept.
 * errors: `bad-request` for a prompt of another shape, or of tokens for a model that does not accept them.
 * source: LiteLLM 1.106.2, main.py `text_completion`, read 2026-11-27.
 */
export function toChatRequest(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const { prompt, engine: _engine, ...params } = body;
  const messages = toMessages(prompt, plan);
  if (!messages.ok) return messages;
  const beside = params['echo'] === true ? plan.provider.completions?.besideEcho : undefined;
  return ok({ ...beside, ...params, messages: messages.value });
}

function toMessages(prompt: JsonValue | undefined, plan: Plan): Outcome<JsonArray> {
  if (typeof prompt === 'string') return ok([toMessage(prompt)]);
  if (!Array.isArray(prompt) || prompt.length === 0) return refuse('expected a string, or a list that is not empty');
  const prompts: JsonArray = prompt;
  if (typeof prompts[0] === 'string') return ok(prompts.map(toMessage));
  if (!isTokens(prompts)) return refuse('expected a string, a list of strings, a list of tokens or a list of lists of tokens');
  const { tokens } = plan.provider.completions ?? {};
  const taken = tokens !== undefined && holdsFor(tokens, plan);
  return taken ? ok([toMessage(prompts)]) : refuse(`${plan.provider.id} takes no tokens for ${plan.model}, only text`);
}

function toMessage(content: JsonValue): JsonObject {
  return { role: 'user', content };
}

/** Whether prompts are tokens: numbers, or lists of numbers. */
function isTokens(prompts: JsonArray): boolean {
  return prompts.every(isToken) || prompts.every((prompt) => Array.isArray(prompt) && prompt.every(isToken));
}

function isToken(value: JsonValue): boolean {
  return Number.isInteger(value);
}

function refuse(reason: string): Outcome<JsonArray> {
  return fail({ kind: 'bad-request', path: 'prompt', message: `prompt: ${reason}` });
}
