export { createCredentials } from './create-credentials.ts';
export type { CredentialSources } from './sources.ts';
