export { createCredentials } from './create-credentials.ts';
export type { CredentialSources } from './sources.ts';
export { createAwsSigner, type SignRequest } from './create-aws-signer.ts';
