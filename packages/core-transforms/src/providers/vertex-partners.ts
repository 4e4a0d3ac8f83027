import { WHOLE_BODY_ERRORS } from './compatible-row.ts';
import { openaiParams } from './common-params.ts';
import { MISTRAL_PARAMS, MISTRAL_REQUEST } from './mistral-rules.ts';
import type { ChatRules, ModelCondition, ParamRules, ProviderRow } from './provider-row.ts';

/** Models of other makers that Vertex AI serves over OpenAI's chat API. */
export const CHAT_PARTNERS: RegExp =
  /^(?:meta\/|deepseek-ai|mistral|codestral|qwen|openai\/|xai\/|minimaxai\/|moonshotai\/|zai-org\/|google\/gemma-)/u;

/** Of those, the ones that have an address each. */
const MISTRAL = /^(?:mistral|codestral)/u;

/** Models that are served in some locations alone; a call for another goes to the first. From LiteLLM's price map. */
const LOCATIONS: readonly (readonly [model: RegExp, locations: readonly string[]])[] = [
  [/^qwen\/qwen3-235b/u, ['global', 'us-south1']],
  [/^deepseek-ai\/deepseek-(?:v3\.1|r1-0528)/u, ['us-central1']],
  [/^(?:deepseek-ai\/deepseek-v(?:3\.2|4)|zai-org\/|qwen\/qwen3-(?:coder|next)|google\/gemma-4)/u, ['global']],
];

/** In front of Google's copy the cache's marks stay. */
const MISTRAL_CHAT: ChatRules = {
  sendsStreamFalse: {},
  keepsMessages: true,
  losesFingerprint: true,
  request: MISTRAL_REQUEST.filter((quirk) => quirk !== 'drop-cache-control'),
  chunk: ['chunks-made-anew', 'drop-service-tier'],
};
const OPEN_CHAT: ChatRules = {
  sendsStreamFalse: {},
  losesFingerprint: true,
  countsGiven: {},
  request: ['drop-cache-control'],
  response: ['plain-completion'],
};
/** Models whose streams' usage is shown as they count it. */
export const OPEN_PARTNERS: ModelCondition = { name: CHAT_PARTNERS, not: { name: MISTRAL } };
const OPEN_PARAMS: ParamRules = {
  allow: openaiParams(),
  adjust: [{ when: { name: /^openai\/gpt-oss-/u }, allow: ['reasoning_effort'] }],
  rename: { max_completion_tokens: 'max_tokens' },
};

/** Whether a partner's model has an address of its own, as Google's models have. */
export function hasOwnAddress(model: string): boolean {
  return MISTRAL.test(model);
}

/** The cloud's row as it holds for a partner's model. */
export function partnerRow(row: ProviderRow, model: string): ProviderRow {
  if (MISTRAL.test(model)) return { ...row, params: MISTRAL_PARAMS, chat: MISTRAL_CHAT };
  return { ...row, params: OPEN_PARAMS, chat: OPEN_CHAT, errors: WHOLE_BODY_ERRORS };
}

/** Where a model is served that is asked for in a location. */
export function partnerLocation(model: string, asked: string): string {
  const served = LOCATIONS.find(([name]) => name.test(model))?.[1] ?? [];
  return served.length === 0 || served.includes(asked) ? asked : (served[0] ?? asked);
}
