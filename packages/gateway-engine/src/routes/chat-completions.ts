import type { CallRoute } from './route-contract.ts';

export const chatCompletions: CallRoute = {
  kind: 'call',
  id: '/v1/chat/completions',
  method: 'POST',
  paths: [
    '/v1/chat/completions',
    '/chat/completions',
    '/engines/{model:path}/chat/completions',
    '/openai/deployments/{model:path}/chat/completions',
  ],
  access: 'caller',
  envelope: 'openai',
  dialect: 'openai-chat',
  referenceName: '/chat/completions',
  required: ['messages'],
  requiredUnlessSet: [],
  streams: true,
};
