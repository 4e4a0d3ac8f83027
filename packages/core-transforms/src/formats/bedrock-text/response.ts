import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Headers, ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { parseEvent } from '../anthropic-messages/parse.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';
import { childId } from '../../text/child-id.ts';

/** Members with the list of an answer's results, of which the first is read. */
const LISTS: readonly string[] = ['results', 'generations', 'outputs', 'completions', 'choices'];
const TEXTS: readonly string[] = ['outputText', 'generation', 'text', 'content'];
const REASONS: readonly string[] = ['completionReason', 'stop_reason', 'finish_reason', 'reason'];
/** Members that contain part of a result. */
const PARTS: readonly string[] = ['data', 'message', 'finishReason'];

/** The content of a whole answer or a piece of a stream, for any family. */
export interface Said {
  readonly text: string | undefined;
  /** OpenAI's name for it. */
  readonly finishReason: string | undefined;
}

/** Reads an answer, or an event of a stream. */
export function readSaid(event: JsonObject): Said {
  const results = LISTS.flatMap((name) => (isArray(event[name]) ? event[name].slice(0, 1).filter(isObject) : []));
  const holders = [event, ...results].flatMap((holder) => [holder, ...PARTS.map((name) => holder[name]).filter(isObject)]);
  const reason = first(holders, REASONS);
  return { text: first(holders, TEXTS), finishReason: reason === undefined ? undefined : mapStopReason(reason) };
}

/**
 * The text of a 2xx answer → a chat completion. Tokens are counted in headers.
 *
 * errors: `bad-upstream` if it is not JSON or has no content.
 * source: LiteLLM 1.106.2, base_invoke_transformation.py `transform_response`, read 2026-11-27.
 */
export function toChatCompletion({ body, headers }: ProviderAnswer, plan: Plan, { nowSeconds, callId }: Ambient): Outcome<JsonObject> {
  const answer = parseEvent(body);
  const said = answer === undefined ? undefined : readSaid(answer);
  if (said?.text === undefined || said.text === '') {
    return fail({ kind: 'bad-upstream', provider: plan.provider.id, message: 'the answer has no text' });
  }
  const usage = toUsage(readCount(headers, 'x-amzn-bedrock-input-token-count'), readCount(headers, 'x-amzn-bedrock-output-token-count'));
  return ok({
    id: childId('chatcmpl-', callId),
    object: 'chat.completion',
    created: nowSeconds,
    model: plan.answerModel ?? plan.model,
    choices: [{ index: 0, finish_reason: said.finishReason ?? 'stop', message: { role: 'assistant', content: said.text } }],
    ...(usage !== undefined && { usage }),
  });
}

/** Usage in OpenAI's shape; undefined if either count is unknown. */
export function toUsage(promptTokens: JsonValue | undefined, completionTokens: JsonValue | undefined): JsonObject | undefined {
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return undefined;
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens };
}

function readCount(headers: Headers, name: string): number | undefined {
  const text = headers[name];
  return text !== undefined && /^\d+$/u.test(text) ? Number(text) : undefined;
}

function first(holders: readonly JsonObject[], names: readonly string[]): string | undefined {
  for (const holder of holders) {
    for (const name of names) {
      const value = readString(holder, name);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}
