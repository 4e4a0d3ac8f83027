export { BODY_BYTES_MAX_DEFAULT, declaresTooLarge } from './body-size.ts';
export { Deadlines, type Watched } from './deadlines.ts';
// Here too because stage 1, which may not look into upstream/, checks its requests by the same rule.
export { findUnsafe } from '../upstream/guard-request.ts';
export { refuseMalformed } from './refuse-malformed.ts';
