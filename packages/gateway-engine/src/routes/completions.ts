import type { CallRoute } from './route-contract.ts';

export const completions: CallRoute = {
  kind: 'call',
  id: '/v1/completions',
  method: 'POST',
  paths: ['/v1/completions', '/completions', '/engines/{model:path}/completions', '/openai/deployments/{model:path}/completions'],
  access: 'caller',
  envelope: 'openai',
  dialect: 'openai-completions',
  referenceName: '/completions',
  required: ['prompt'],
  requiredUnlessSet: [],
  streams: true,
};
