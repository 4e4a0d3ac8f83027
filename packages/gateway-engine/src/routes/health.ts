import { jsonAnswer } from './local-answers.ts';
import type { LocalRoute } from './route-contract.ts';

export const liveliness: LocalRoute = {
  kind: 'local',
  id: '/health/liveliness',
  method: 'GET',
  paths: ['/health/liveliness', '/health/liveness'],
  access: 'open',
  envelope: 'openai',
  answer: ({ closing }) => (closing ? shuttingDown() : jsonAnswer(200, "I'm alive!")),
};

export const readiness: LocalRoute = {
  kind: 'local',
  id: '/health/readiness',
  method: 'GET',
  paths: ['/health/readiness'],
  access: 'open',
  envelope: 'openai',
  answer: ({ closing }) => (closing ? shuttingDown() : jsonAnswer(200, { status: 'healthy', db: 'Not connected' })),
};

function shuttingDown(): ReturnType<typeof jsonAnswer> {
  return jsonAnswer(503, { status: 'shutting_down' });
}
