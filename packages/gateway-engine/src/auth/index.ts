export { answerPreflight, corsHeaders } from './cors.ts';
export { findBannedMember } from './banned-members.ts';
export { createKeyCheck, findKey, type HeaderReader, type KeyCheck } from './check-key.ts';
export { mayUseModel, refuseCall, refuseVisit, type Ask } from './admit.ts';
export { createAuthenticate, hashKey, type Authenticate, type KeyRules } from './authenticate.ts';
export { aliasedModel } from './model-access.ts';
export { compileModelNames, type ModelNames } from './model-names.ts';
export { refuseRole } from './route-access.ts';
export { readEndUserId } from './end-user.ts';
