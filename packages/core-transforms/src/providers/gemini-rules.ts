import type { EmbeddingsRules, ModelCondition, ParamAdjustment } from './provider-row.ts';

/**
 * Models of the third generation and later, by name: what is not known to be older counts as new, but for endpoints of tuned
 * models (a number) and the open Gemma family. Source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py
 * `_is_gemini_3_or_newer`, read 2026-11-26.
 */
const NEW_GENERATION =
  /^(?!gemini\/(?!gemini-))(?:.*\/)?(?!\d+$|gemma-|gemini-(?:[12](?:\.\d+)?|exp|(?:pro|flash)(?!-(?:lite-)?latest$))(?:-|$))[^/]+$/iu;

/** Whether a model is of the third generation or later: it thinks in levels, keeps ids of calls and signs them. */
export function isNewGeneration(model: string): boolean {
  return NEW_GENERATION.test(model);
}

/** The same as a condition of a row. */
export const NEW_GEMINI: ModelCondition = { name: NEW_GENERATION };

const THINKING = ['reasoning_effort', 'thinking'];

/** Models that think, known to or new enough to. */
export const GEMINI_THINKING: readonly ParamAdjustment[] = [
  { when: { supports: 'reasoning' }, allow: THINKING },
  { when: NEW_GEMINI, allow: THINKING },
];

/** What all models of embeddings take. They give numbers, so that who asks for numbers gets them without a word. */
export const GOOGLE_EMBEDDINGS: EmbeddingsRules = {
  params: {
    allow: ['dimensions', 'encoding_format'],
    values: [
      {
        param: 'encoding_format',
        only: {
          values: ['float'],
          message: '{model} takes no encoding_format but float, not {value}. To drop it, set `litellm.drop_params = True`',
        },
      },
    ],
    drop: ['encoding_format'],
    rename: { dimensions: 'outputDimensionality' },
  },
};

/** What every Gemini takes, wherever it is served. */
export const GEMINI_PARAMS: readonly string[] = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stream',
  'tools',
  'tool_choice',
  'functions',
  'response_format',
  'n',
  'stop',
  'logprobs',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'modalities',
  'parallel_tool_calls',
  'web_search_options',
  'include_server_side_tool_invocations',
  'service_tier',
];
