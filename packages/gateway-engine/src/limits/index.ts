export { BODY_BYTES_MAX_DEFAULT, declaresTooLarge } from './body-size.ts';
export { BODY_IDLE_MS, STALL_MS } from './client-patience.ts';
export { Deadlines, type Watched } from './deadlines.ts';
export { everybodysRates, findRates, type OtherLimits } from './find-rates.ts';
export { findUnsafe } from './guard-request.ts';
export { compileKeyLimits, type FindKeyLimits } from './key-limits.ts';
export { rateHeaders } from './rate-headers.ts';
export { refuseMalformed } from './refuse-malformed.ts';
export { isLimited, reserveTokens, type TokenReserve } from './reserve-tokens.ts';
