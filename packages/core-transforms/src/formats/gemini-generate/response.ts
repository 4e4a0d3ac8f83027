import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import {
  asksForFunction,
  isAnswer,
  partsOf,
  readParts,
  toLogprobs,
  toCallMembers,
  toMetadata,
  toToolCalls,
  type Said,
} from './candidate.ts';
import { toChatUsage, toPlainUsage } from './convert-usage.ts';
import { countGrounding } from './grounding.ts';
import { isFlagged, toFinishReason } from './map-stop-reason.ts';
import { isBlocked, parseAnswer } from './parse.ts';
import { objectsIn, readString } from './types.ts';
import { childId } from '../../text/child-id.ts';

/** How long audio can be retrieved by its id, according to OpenAI. */
const AUDIO_LIFE_SECONDS = 86_400;

/** The header with the tier that served a call. */
const TIER_HEADER = 'x-gemini-service-tier';

/**
 * The provider's 2xx answer → a chat completion.
 *
 * out:    a choice for each candidate; sources, safety and citations beside them by the reference's names. An answer that was refused for
 *         its content only says so.
 * errors: those of parseAnswer.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `_transform_google_generate_content_to_openai_model_response`,
 *         read 2026-11-26.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject): Outcome<JsonObject> {
  const parsed = parseAnswer(answer.body, plan);
  if (!parsed.ok) return parsed;
  const whole = parsed.value;
  const candidates = objectsIn(whole['candidates']);
  const counts = isObject(whole['usageMetadata']) ? whole['usageMetadata'] : undefined;
  const head = { created: ambient.nowSeconds, model: plan.answerModel ?? servedModel(whole) ?? plan.model, object: 'chat.completion' };
  if (isBlocked(whole) || isFlagged(candidates[0]?.['finishReason'])) {
    return ok({
      id: childId('chatcmpl-', ambient.callId),
      ...head,
      choices: [{ finish_reason: 'content_filter', index: 0, message: { role: 'assistant', content: null } }],
      ...(counts !== undefined && { usage: toPlainUsage(counts) }),
    });
  }
  const answers = candidates.filter(isAnswer);
  const metadata = toMetadata(answers);
  const tier = answer.headers[TIER_HEADER]?.toLowerCase();
  return ok({
    id: readString(whole, 'responseId') || childId('chatcmpl-', ambient.callId),
    ...head,
    choices: toChoices(answers, ambient, asksForFunction(chat)),
    ...(counts !== undefined && { usage: toChatUsage(counts, countGrounding(objectsIn(metadata.grounding))) }),
    ...(tier !== undefined && { service_tier: tier === 'standard' ? 'default' : tier }),
    ...trafficOf(counts, plan),
    vertex_ai_grounding_metadata: metadata.grounding,
    vertex_ai_url_context_metadata: metadata.urls,
    vertex_ai_safety_results: metadata.safety,
    vertex_ai_citation_metadata: metadata.citations,
  });
}

/** How the call was served (on demand, provisioned …), for the only dialect that shows it. */
export function trafficOf(counts: JsonObject | null | undefined, { dialect }: Plan): JsonObject | undefined {
  const traffic = dialect === 'openai-responses' ? counts?.['trafficType'] : undefined;
  return typeof traffic === 'string' && traffic !== '' ? { provider_specific_fields: { traffic_type: traffic } } : undefined;
}

/** The model that answered, without its version. */
export function servedModel(whole: JsonObject): string | undefined {
  const [name = ''] = (readString(whole, 'modelVersion') ?? '').split('@');
  return name === '' ? undefined : name;
}

function toChoices(candidates: readonly JsonObject[], ambient: Ambient, asFunction: boolean): readonly JsonObject[] {
  let calls = 0;
  return candidates.map((candidate, position) => {
    const parts = partsOf(candidate);
    const called = toToolCalls(parts ?? [], calls, ambient.callId);
    calls += called.length;
    const shown = toCallMembers(called, asFunction);
    const { finishReason: reason, index } = candidate;
    const logprobs = toLogprobs(candidate);
    return {
      finish_reason: toFinishReason(reason, called.length === 0 ? undefined : asFunction ? 'function_call' : 'tool_calls'),
      index: typeof index === 'number' ? index : position,
      message: parts === undefined ? { role: 'assistant', content: null } : toMessage(readParts(parts, candidate), shown, ambient),
      ...(logprobs !== undefined && { logprobs }),
      ...(reason !== undefined && { provider_specific_fields: { native_finish_reason: reason } }),
    };
  });
}

function toMessage(said: Said, calls: JsonObject, ambient: Ambient): JsonObject {
  const { text, reasoning, thinkingBlocks, images, audio, annotations, fields } = said;
  return {
    content: text ?? null,
    role: 'assistant',
    ...calls,
    ...(audio !== undefined && { audio: toAudio(audio, ambient) }),
    images,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    thinking_blocks: thinkingBlocks,
    ...(annotations.length > 0 && { annotations }),
    ...(Object.keys(fields).length > 0 && { provider_specific_fields: fields }),
  };
}

function toAudio(data: string, { callId, nowSeconds }: Ambient): Readonly<Record<string, JsonValue>> {
  return { id: callId, data, expires_at: nowSeconds + AUDIO_LIFE_SECONDS, transcript: '' };
}
