export { BODY_BYTES_MAX_DEFAULT, declaresTooLarge } from './body-size.ts';
export { BODY_IDLE_MS, STALL_MS } from './client-patience.ts';
export { Deadlines, type Watched } from './deadlines.ts';
export { findUnsafe } from './guard-request.ts';
export { refuseMalformed } from './refuse-malformed.ts';
