import type { CallRoute } from './route-contract.ts';

export const embeddings: CallRoute = {
  kind: 'call',
  id: '/v1/embeddings',
  method: 'POST',
  paths: ['/v1/embeddings', '/embeddings', '/engines/{model:path}/embeddings', '/openai/deployments/{model:path}/embeddings'],
  access: 'caller',
  envelope: 'openai',
  dialect: 'openai-embeddings',
  referenceName: '/embeddings',
  required: ['input'],
  requiredUnlessSet: [],
  streams: false,
};
