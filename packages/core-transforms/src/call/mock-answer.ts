import type { Ambient } from '../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { Plan } from '../contract/plan.ts';
import { isObject } from '../json/is-object.ts';

/** What a mocked deployment answers. */
export interface Mock {
  /** The text of the answer, or members of it; undefined: the reference's own text. */
  readonly response?: JsonValue | undefined;
  readonly toolCalls?: JsonValue | undefined;
}

const DEFAULT_TEXT = 'This is a mock request';
const PIECE_CHARS = 3;
const CHOICES_MAX = 128;
const USAGE = { completion_tokens: 20, prompt_tokens: 10, total_tokens: 30 };

/**
 * A mocked provider's answer in the hub's dialect; for embeddings, in OpenAI's.
 *
 * in:     what it says; the client's body, for `n`.
 * out:    JSON text, or a whole stream of events where the plan is a stream; the same ids and times for the same call.
 * source: LiteLLM 1.106.2, main.py `mock_completion`, utils.py `mock_completion_streaming_obj`, whose stream has no tool calls either.
 */
export function mockAnswer({ response, toolCalls }: Mock, body: JsonObject, plan: Plan, ambient: Ambient): string {
  if (plan.dialect === 'openai-embeddings') return embeddingOf(response, plan.model);
  const given = isObject(response) ? response : undefined;
  const frame = { id: `chatcmpl-${ambient.callId}`, created: ambient.nowSeconds, model: plan.model };
  if (plan.stream) return streamOf(textOf(given, response), countOf(body['n']), frame);
  if (given !== undefined) return JSON.stringify({ ...frame, object: 'chat.completion', ...given });
  const message = {
    content: textOf(undefined, response),
    role: 'assistant',
    ...(Array.isArray(toolCalls) && toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
  const choices = Array.from({ length: countOf(body['n']) }, (_, index) => ({ finish_reason: 'stop', index, message }));
  return JSON.stringify({ ...frame, object: 'chat.completion', choices, usage: USAGE });
}

/** Always one embedding, however many inputs there are; source: litellm_core_utils/mock_functions.py `mock_embedding`. */
function embeddingOf(embedding: JsonValue | undefined, model: string): string {
  const usage = {
    completion_tokens: 0,
    prompt_tokens: USAGE.prompt_tokens,
    total_tokens: 0,
    completion_tokens_details: null,
    prompt_tokens_details: null,
  };
  return JSON.stringify({ model, data: [{ embedding, index: 0, object: 'embedding' }], object: 'list', usage });
}

function streamOf(text: string, count: number, frame: JsonObject): string {
  const letters = [...text];
  const chunk = (delta: JsonObject, finish: string | null): string => {
    const choices = Array.from({ length: count }, (_, index) => ({ index, delta, finish_reason: finish }));
    return event({ ...frame, object: 'chat.completion.chunk', choices });
  };
  const pieces = Array.from({ length: Math.ceil(letters.length / PIECE_CHARS) }, (_, at) => {
    const content = letters.slice(at * PIECE_CHARS, (at + 1) * PIECE_CHARS).join('');
    return chunk(at === 0 ? { role: 'assistant', content } : { content }, null);
  });
  const usage = event({ ...frame, object: 'chat.completion.chunk', choices: [], usage: USAGE });
  return [...pieces, chunk({}, 'stop'), usage, 'data: [DONE]\n\n'].join('');
}

function event(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** The text of a whole answer's first choice. */
function textOf(given: JsonObject | undefined, response: JsonValue | undefined): string {
  if (given === undefined) return typeof response === 'string' && response !== '' ? response : DEFAULT_TEXT;
  const [choice] = Array.isArray(given['choices']) ? given['choices'] : [];
  const message = isObject(choice) ? choice['message'] : undefined;
  const content = isObject(message) ? message['content'] : undefined;
  return typeof content === 'string' ? content : '';
}

function countOf(n: JsonValue | undefined): number {
  return typeof n === 'number' && Number.isInteger(n) && n >= 1 ? Math.min(n, CHOICES_MAX) : 1;
}
