import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';

/** Tokens of a prompt, by kinds that differ in price; and other units that have one. */
export interface PromptTokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
  readonly video: number;
  /** Read from the provider's cache. */
  readonly cached: number;
  /** Of `cached`. */
  readonly cachedAudio: number;
  /** Written to the provider's cache, without saying for how long. */
  readonly written: number;
  /** Written for five minutes, and for an hour. */
  readonly writtenFor: { readonly minutes: number; readonly hour: number } | undefined;
  readonly characters: number;
  readonly images: number;
  readonly videoSeconds: number;
  readonly audioSeconds: number;
  readonly queries: number;
}

/** Tokens of an answer by kind. */
export interface AnswerTokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
  readonly video: number;
  readonly reasoning: number;
}

/**
 * What a prompt is charged for, by a usage in the form of chat completions. Some providers count cached tokens among those of text, others
 * do not; either way no token is charged twice.
 *
 * source: LiteLLM 1.106.2, llm_cost_calc/utils.py `parse_prompt_tokens_details` and `generic_cost_per_token`, and the constructor of its
 *         `Usage`, read 2026-11-29.
 */
export function promptTokens(usage: JsonObject): PromptTokens {
  const prompt = countOf(usage['prompt_tokens']);
  const tokens = toPromptTokens(usage);
  const { text, audio, image, video, cached, written } = tokens;
  const told = text + cached + audio + written + image + video;
  if ((cached > 0 || written > 0) && told > prompt) {
    const fresh = Math.max(prompt - cached - written, 0);
    const freshAudio = Math.min(audio, fresh);
    const freshImage = Math.min(image, fresh - freshAudio);
    const freshVideo = Math.min(video, fresh - freshAudio - freshImage);
    return { ...tokens, audio: freshAudio, image: freshImage, video: freshVideo, text: fresh - freshAudio - freshImage - freshVideo };
  }
  return text === 0 && tokens.images === 0 ? { ...tokens, text: Math.max(prompt - (told - text), 0) } : tokens;
}

/** What an answer is charged for. Tokens of no other kind are text. */
export function answerTokens(usage: JsonObject): AnswerTokens {
  const completion = countOf(usage['completion_tokens']);
  const details = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {};
  const audio = countOf(details['audio_tokens']);
  const image = countOf(details['image_tokens']);
  const video = Math.max(0, countOf(details['video_tokens']));
  const reasoning = countOf(details['reasoning_tokens']) || countOf(usage['reasoning_tokens']);
  const others = audio + image + video;
  const told = countOf(details['text_tokens']);
  // Some providers count reasoning among the text.
  const text = told - Math.min(reasoning, told, Math.max(told + reasoning + others - completion, 0));
  return { text: text === 0 ? Math.max(0, completion - reasoning - others) : text, audio, image, video, reasoning };
}

/** A count; 0 for anything else. */
export function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function toPromptTokens(usage: JsonObject): PromptTokens {
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const cached = firstCount(usage['cache_read_input_tokens'], usage['prompt_cache_hit_tokens'], details['cached_tokens']);
  const written =
    firstCount(usage['cache_creation_input_tokens'], details['cache_write_tokens']) || countOf(details['cache_creation_tokens']);
  const kinds = isObject(details['cached_tokens_details']) ? details['cached_tokens_details'] : {};
  const cachedAudio = Math.min(countOf(kinds['audio_tokens']), cached);
  const cachedText = Math.min(countOf(kinds['text_tokens']), cached - cachedAudio);
  const cachedImage = Math.min(countOf(kinds['image_tokens']), cached - cachedAudio - cachedText);
  const kept = details['cache_creation_token_details'];
  return {
    cached,
    cachedAudio,
    written,
    writtenFor: isObject(kept)
      ? { minutes: countOf(kept['ephemeral_5m_input_tokens']), hour: countOf(kept['ephemeral_1h_input_tokens']) }
      : undefined,
    text: Math.max(countOf(details['text_tokens']) - cachedText, 0),
    audio: Math.max(countOf(details['audio_tokens']) - cachedAudio, 0),
    image: Math.max(countOf(details['image_tokens']) - cachedImage, 0),
    video: Math.max(countOf(details['video_tokens']), 0),
    characters: countOf(details['character_count']),
    images: countOf(details['image_count']),
    videoSeconds: countOf(details['video_length_seconds']),
    audioSeconds: countOf(details['audio_length_seconds']),
    queries: Math.max(countOf(details['query_count']), 0),
  };
}

function firstCount(...values: readonly (JsonValue | undefined)[]): number {
  return countOf(values.find((value) => typeof value === 'number'));
}
