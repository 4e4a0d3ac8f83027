import type { CallRoute } from './route-contract.ts';

export const countTokens: CallRoute = {
  kind: 'call',
  id: '/v1/messages/count_tokens',
  method: 'POST',
  paths: ['/v1/messages/count_tokens'],
  access: 'caller',
  envelope: 'anthropic',
  dialect: 'anthropic-count-tokens',
  referenceName: 'anthropic_messages',
  required: [],
  requiredUnlessSet: [],
  streams: false,
};
