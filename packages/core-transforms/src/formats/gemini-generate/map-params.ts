import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { badRequest } from './errors.ts';
import { toResponseFormat } from './response-format.ts';
import { toThinkingConfig } from './thinking.ts';
import { isArray } from './types.ts';

/** The members of the provider's `generationConfig`, in one spelling each. Source: LiteLLM 1.106.2, types/llms/vertex_ai.py. */
const CONFIG_MEMBERS: ReadonlySet<string> = new Set(
  (
    'temperature top_p top_k candidate_count max_output_tokens stop_sequences presence_penalty frequency_penalty response_mime_type ' +
    'response_schema response_json_schema responseFormat seed responseLogprobs logprobs responseModalities imageConfig thinkingConfig ' +
    'mediaResolution speechConfig'
  ).split(' '),
);

/** OpenAI's parameters that are mapped here or become tools. */
const MAPPED: ReadonlySet<string> = new Set(
  (
    'temperature top_p stream n audio stop max_tokens max_completion_tokens response_format frequency_penalty presence_penalty logprobs ' +
    'top_logprobs tools functions tool_choice parallel_tool_calls seed reasoning_effort thinking modalities web_search_options service_tier ' +
    'include_server_side_tool_invocations'
  ).split(' '),
);

const MODALITIES: Readonly<Record<string, string>> = { text: 'TEXT', image: 'IMAGE', audio: 'AUDIO', video: 'VIDEO' };

/** Older models that do not accept penalties. */
const NO_PENALTIES: ReadonlySet<string> = new Set(['gemini-2.5-pro-preview-06-05']);

/**
 * Parameters, already reduced to those that pass → the provider's `generationConfig`.
 *
 * in:     OpenAI's parameters are mapped; the provider's own, in either spelling, are passed on unchanged; all others are dropped.
 * errors: `bad-request` and `unsupported-params` for values that cannot be mapped.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `map_openai_params` and gemini/transformation.py
 *         `transform_request_body`, read 2026-11-26.
 */
export function toGenerationConfig(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const format = toResponseFormat(params['response_format'], plan.model);
  if (!format.ok) return format;
  const thinking = toThinkingConfig(params, plan);
  if (!thinking.ok) return thinking;
  const speech = toSpeechConfig(params['audio']);
  if (!speech.ok) return speech;
  const modalities = toModalities(params['modalities'], speech.value !== undefined);
  const own = Object.entries(params).filter(([name]) => !MAPPED.has(name) && isConfigMember(name));
  return ok({
    ...toSampling(params, plan),
    ...format.value,
    ...(thinking.value !== undefined && { thinkingConfig: thinking.value }),
    ...(speech.value !== undefined && { speechConfig: speech.value }),
    ...(modalities !== undefined && { responseModalities: modalities }),
    ...Object.fromEntries(own),
  });
}

function toSampling(params: JsonObject, { model }: Plan): JsonObject {
  const {
    temperature,
    stop,
    logprobs,
    top_logprobs: topLogprobs,
    n,
    max_tokens: oldLimit,
    max_completion_tokens: limit = oldLimit,
  } = params;
  const isNew = isNewGeneration(model);
  const penalized = !isNew && !NO_PENALTIES.has(model);
  const stops = typeof stop === 'string' ? [stop] : isArray(stop) ? stop : undefined;
  const kept = ['top_p', 'seed', ...(penalized ? ['frequency_penalty', 'presence_penalty'] : [])];
  const chosen = temperature ?? (isNew ? 1 : undefined);
  return {
    ...(chosen !== undefined && { temperature: chosen }),
    ...Object.fromEntries(kept.filter((name) => params[name] !== undefined).map((name) => [name, params[name]])),
    ...(stops !== undefined && { stop_sequences: stops }),
    ...(limit !== undefined && { max_output_tokens: limit }),
    ...(n !== undefined && { candidate_count: n }),
    ...(logprobs !== undefined && { responseLogprobs: logprobs }),
    ...(topLogprobs !== undefined && { logprobs: topLogprobs }),
  };
}

/** Whether a name is a member of the config, in either spelling. */
function isConfigMember(name: string): boolean {
  const camel = name.replaceAll(/_([^_]*)/gu, (_match, word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  const snake = name.replaceAll(/(?!^)[A-Z]/gu, (letter) => `_${letter}`).toLowerCase();
  return [name, camel, snake].some((spelling) => CONFIG_MEMBERS.has(spelling));
}

function toSpeechConfig(audio: JsonValue | undefined): Outcome<JsonObject | undefined> {
  if (!isObject(audio)) return ok(undefined);
  const { format, voice, language_code: languageCode } = audio;
  if (format !== undefined && format !== null && format !== 'pcm16') {
    const message = `Unsupported audio format for Gemini TTS models: ${String(format)}. Please set audio format to 'pcm16'.`;
    return badRequest('audio.format', message);
  }
  return ok({
    ...(voice !== undefined && { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } }),
    ...(languageCode !== undefined && { languageCode }),
  });
}

function toModalities(given: JsonValue | undefined, speaks: boolean): readonly string[] | undefined {
  const asked = isArray(given)
    ? given.map((name) => (typeof name === 'string' ? MODALITIES[name] : undefined) ?? 'MODALITY_UNSPECIFIED')
    : [];
  if (speaks && !asked.includes('AUDIO')) return [...asked, 'AUDIO'];
  return isArray(given) ? asked : undefined;
}
