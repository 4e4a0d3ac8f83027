export { BODY_BYTES_MAX_DEFAULT, declaresTooLarge } from './body-size.ts';
export { Deadlines, type Watched } from './deadlines.ts';
export { findUnsafe } from './guard-request.ts';
export { refuseMalformed } from './refuse-malformed.ts';
