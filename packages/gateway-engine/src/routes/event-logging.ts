import { jsonAnswer } from './local-answers.ts';
import type { LocalRoute } from './route-contract.ts';

/** Claude Code sends its telemetry to where it sends its calls. Nothing is read of it, and nothing kept. */
export const eventLogging: LocalRoute = {
  kind: 'local',
  id: '/api/event_logging/batch',
  method: 'POST',
  paths: ['/api/event_logging/batch'],
  access: 'open',
  envelope: 'anthropic',
  answer: () => jsonAnswer(200, { status: 'ok' }),
};
