import { OPENAI_CHAT_PARAMS, openaiParams, TOOL_PARAMS } from './common-params.ts';
import type { ErrorRules, ParamRules, ProviderRow } from './provider-row.ts';

/** What the row of an OpenAI-compatible provider has to say; everything else has a default. */
export type CompatibleRow = Pick<ProviderRow, 'id' | 'baseUrl' | 'keyEnv' | 'source' | 'date'> &
  Partial<Omit<ProviderRow, 'params'>> & { readonly params?: Partial<ParamRules> };

/** Errors of providers that the reference calls without OpenAI's client: the whole body is shown, and `param` is not. */
export const WHOLE_BODY_ERRORS: ErrorRules = { shows: 'whole-body', typesStreamErrors: true };

/** The reference's name for an error that it does not know. */
export const API_ERROR = { className: 'APIError' } as const;

/** Most providers know the token limit only under its older name. */
export const OLD_TOKEN_LIMIT = { max_completion_tokens: 'max_tokens' } as const;

/** Tools and efforts, only for models that are known to take them. */
export const TOOLS_IF_SUPPORTED: ParamRules = {
  allow: openaiParams({ minus: TOOL_PARAMS }),
  adjust: [
    { when: { supports: 'function_calling' }, allow: TOOL_PARAMS },
    { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
  ],
};

/**
 * Makes the row of an OpenAI-compatible provider: bearer key, `/chat/completions`, OpenAI's parameters, no `cache_control`.
 *
 * in:  what differs. `params` and `chat` replace their defaults member by member.
 * out: streams ask for usage unless `stream_options` is not a parameter, as in the reference.
 */
export function compatibleRow({ params = {}, chat = {}, ...row }: CompatibleRow): ProviderRow {
  const allow = params.allow ?? OPENAI_CHAT_PARAMS;
  return {
    errorName: `${row.id.charAt(0).toUpperCase()}${row.id.slice(1)}Exception`,
    format: 'openai-chat',
    baseEnv: [],
    auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
    ...row,
    params: { ...params, allow },
    chat: {
      request: ['drop-cache-control'],
      ...(!allow.includes('stream_options') && { streamUsage: 'never' as const }),
      ...chat,
    },
  };
}
