export { createTokenLookup, type TokenLookupOptions } from './create-token-lookup.ts';
export { createOauthLookup, type OauthLookupOptions } from './create-oauth-lookup.ts';
export { openTokens, type OpenTokensOptions } from './open-tokens.ts';
