export { answerPreflight, corsHeaders } from './cors.ts';
export { findBannedMember } from './banned-members.ts';
export { createKeyCheck, findKey, type HeaderReader, type KeyCheck } from './check-key.ts';
