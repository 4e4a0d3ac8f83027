import type { CallRoute } from './route-contract.ts';

export const responses: CallRoute = {
  kind: 'call',
  id: '/v1/responses',
  method: 'POST',
  paths: ['/v1/responses', '/responses', '/openai/v1/responses'],
  access: 'caller',
  envelope: 'openai',
  dialect: 'openai-responses',
  referenceName: '/responses',
  required: ['input'],
  requiredUnlessSet: [],
  streams: true,
};
