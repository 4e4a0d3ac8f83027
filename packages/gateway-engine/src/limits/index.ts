export { Admission } from './admission.ts';
export { declaresTooLarge } from './body-size.ts';
export { BODY_IDLE_MS, STALL_MS } from './client-patience.ts';
export { Deadlines, type Watched } from './deadlines.ts';
export {
  activityHeaders,
  activityLeft,
  compileActivity,
  refuseActivity,
  type ActivityLeft,
  type ActivityLimits,
  type FindActivity,
} from './find-activity.ts';
export { compileShares, priorityOf, sharesOf, type FindShares } from './find-shares.ts';
export { everybodysRates, findRates, type OtherLimits } from './find-rates.ts';
export { findUnsafe } from './guard-request.ts';
export { compileKeyLimits, type FindKeyLimits } from './key-limits.ts';
export { joinHolds } from './join-holds.ts';
export { rateHeaders, shareHeaders } from './rate-headers.ts';
export { refuseMalformed } from './refuse-malformed.ts';
export { isLimited, reserveTokens, type TokenReserve } from './reserve-tokens.ts';
