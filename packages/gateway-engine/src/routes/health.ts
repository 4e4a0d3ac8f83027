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
  answer: ({ closing, database }) => {
    if (closing) return shuttingDown();
    if (database === undefined) return jsonAnswer(200, { status: 'healthy', db: 'Not connected' });
    // The reference says `healthy` with its 503 too: the process is, its database is not.
    return database === 'ready'
      ? jsonAnswer(200, { status: 'healthy', db: 'connected' })
      : jsonAnswer(503, { status: 'healthy', db: 'disconnected' });
  },
};

function shuttingDown(): ReturnType<typeof jsonAnswer> {
  return jsonAnswer(503, { status: 'shutting_down' });
}
