import type { CallRoute } from './route-contract.ts';

export const messages: CallRoute = {
  kind: 'call',
  id: '/v1/messages',
  method: 'POST',
  paths: ['/v1/messages'],
  access: 'caller',
  envelope: 'anthropic',
  dialect: 'anthropic-messages',
  referenceName: 'anthropic_messages',
  required: [],
  requiredUnlessSet: ['messages', 'max_tokens'],
  streams: true,
};
