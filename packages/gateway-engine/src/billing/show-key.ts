import type { Caller } from '../ports/index.ts';

/** The header that `showCost` adds the call's own cost to. */
export const KEY_SPEND = 'x-litellm-key-spend';

/**
 * Adds the headers that show what a caller's key may do in a minute, may spend, and has spent before this call, USD. Whoever has no virtual
 * key has spent nothing.
 *
 * in:     `print`: prints a float as the reference does.
 * source: LiteLLM 1.106.2, common_request_processing.py `get_custom_headers`; compared with its answers on 2026-11-30.
 */
export function showKey(headers: Record<string, string>, caller: Caller | undefined, print: (value: number) => string): void {
  if (caller?.grants === undefined) {
    headers[KEY_SPEND] = NOTHING;
    return;
  }
  const { budget, rates } = caller.grants;
  const own = rates?.own.find(({ scope }) => scope === 'api_key');
  if (own?.tokens !== undefined) headers['x-litellm-key-tpm-limit'] = String(own.tokens);
  if (own?.requests !== undefined) headers['x-litellm-key-rpm-limit'] = String(own.requests);
  if (budget.max !== undefined) headers['x-litellm-key-max-budget'] = print(budget.max);
  headers[KEY_SPEND] = print(budget.charged ?? budget.spend);
}

const NOTHING = '0.0';
