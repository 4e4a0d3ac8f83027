import { OPENAI_CHAT_PARAMS, openaiParams, TOOL_PARAMS } from './common-params.ts';
import type { ErrorRules, ParamRules, ProviderRow } from './provider-row.ts';

/** What one row of a provider in OpenAI's likeness must say; the rest has a default. */
export type CompatibleRow = Pick<ProviderRow, 'id' | 'baseUrl' | 'keyEnv' | 'source' | 'date'> &
  Partial<Omit<ProviderRow, 'params'>> & { readonly params?: Partial<ParamRules> };

/** Errors of providers that the reference calls without OpenAI's client: the whole body is shown, and `param` is not. */
export const WHOLE_BODY_ERRORS: ErrorRules = { shows: 'whole-body', typesStreamErrors: true };

/** What the reference calls an error that it does not know. */
export const API_ERROR = { className: 'APIError' } as const;

/** Most providers call it by its old name alone. */
export const OLD_TOKEN_LIMIT = { max_completion_tokens: 'max_tokens' } as const;

/** Tools and efforts only for models that are known to take them. */
export const TOOLS_IF_SUPPORTED: ParamRules = {
  allow: openaiParams({ minus: TOOL_PARAMS }),
  adjust: [
    { when: { supports: 'function_calling' }, allow: TOOL_PARAMS },
    { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
  ],
};

/**
 * A row of a provider in OpenAI's likeness: bearer key, `/chat/completions`, OpenAI's parameters, no `cache_control`.
 *
 * in:  what is particular to it. `params` and `chat` replace their defaults member by member.
 * out: a stream asks for usage unless `stream_options` is none of its parameters, as the reference does.
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
