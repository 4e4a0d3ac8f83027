import type { LoadedConfig } from '../config/index.ts';
import type { Clock, KeyLookup, TokenLookup } from '../ports/index.ts';
import { createOauthLookup } from './create-oauth-lookup.ts';
import { createTokenLookup } from './create-token-lookup.ts';

/** What the look-up of tokens is made with. */
export interface OpenTokensOptions {
  readonly config: Pick<LoadedConfig, 'tokens' | 'oauth' | 'tenants'>;
  /** Undefined: there is no database. */
  readonly keys: KeyLookup | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** The look-up for all kinds of tokens that the config accepts, signed ones first; undefined: it accepts none. */
export function openTokens({ config, keys, fetch, clock }: OpenTokensOptions): TokenLookup | undefined {
  const { tokens, oauth } = config;
  const { isAudited } = config.tenants;
  const lookups = [
    ...(tokens === undefined ? [] : [createTokenLookup({ settings: tokens, isAudited, keys: keys ?? {}, fetch, clock })]),
    ...(oauth === undefined ? [] : [createOauthLookup({ settings: oauth, keys, fetch, clock })]),
  ];
  if (lookups.length === 0) return undefined;
  const lookupOf = (text: string): TokenLookup | undefined => lookups.find((lookup) => lookup.takes(text));
  return {
    takes: (text) => lookupOf(text) !== undefined,
    find: (token) => lookupOf(token)?.find(token) ?? { kind: 'refused', message: 'Validation fails: not a token' },
  };
}
