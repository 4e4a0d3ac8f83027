import { ANTHROPIC_PARAMS, ANTHROPIC_THINKING } from '../anthropic-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Anthropic's own API. */
export const anthropicRow: ProviderRow = {
  id: 'anthropic',
  errorName: 'AnthropicException',
  format: 'anthropic-messages',
  formats: { 'anthropic-count-tokens': 'anthropic-count-tokens' },
  baseUrl: 'https://api.anthropic.com',
  keyEnv: ['ANTHROPIC_API_KEY'],
  baseEnv: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
  auth: { kind: 'header', header: 'x-api-key', scheme: '' },
  params: {
    allow: ANTHROPIC_PARAMS,
    adjust: ANTHROPIC_THINKING,
  },
  errors: {
    shows: 'whole-body',
    byStatus: {
      413: { status: 400, className: 'BadRequestError' },
      529: { status: 500, className: 'InternalServerError' },
    },
    contextWindow: ['prompt is too long', 'prompt: length'],
    contentPolicy: ['content filtering policy'],
  },
  source: 'https://docs.claude.com/en/api/messages and LiteLLM 1.106.2, llms/anthropic',
  date: '2026-11-23',
};
