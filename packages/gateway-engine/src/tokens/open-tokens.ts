import type { Clock, GatewayConfig, KeyLookup, TokenLookup } from '../ports/index.ts';
import { createOauthLookup } from './create-oauth-lookup.ts';
import { createTokenLookup } from './create-token-lookup.ts';

/** What tokens are looked up with. */
export interface OpenTokensOptions {
  readonly config: Pick<GatewayConfig, 'tokens' | 'oauth'>;
  /** Undefined: there is no database. */
  readonly keys: KeyLookup | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** The look-up of every kind of token that the configuration takes: those that bear their own proof first. Undefined: it takes none. */
export function openTokens({ config, keys, fetch, clock }: OpenTokensOptions): TokenLookup | undefined {
  const { tokens, oauth } = config;
  const lookups = [
    ...(tokens === undefined ? [] : [createTokenLookup({ settings: tokens, keys: keys ?? {}, fetch, clock })]),
    ...(oauth === undefined ? [] : [createOauthLookup({ settings: oauth, keys, fetch, clock })]),
  ];
  if (lookups.length === 0) return undefined;
  const lookupOf = (text: string): TokenLookup | undefined => lookups.find((lookup) => lookup.takes(text));
  return {
    takes: (text) => lookupOf(text) !== undefined,
    find: (token) => lookupOf(token)?.find(token) ?? { kind: 'refused', message: 'Validation fails: not a token' },
  };
}
