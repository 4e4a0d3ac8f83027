export { createTokenLookup, type TokenLookupOptions } from './create-token-lookup.ts';
