export { BODY_BYTES_MAX_DEFAULT, declaresTooLarge } from './body-size.ts';
export { findUnsafe } from '../upstream/guard-request.ts';
