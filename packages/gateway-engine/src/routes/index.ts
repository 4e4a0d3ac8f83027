import { chatCompletions } from './chat-completions.ts';
import { completions } from './completions.ts';
import { countTokens } from './count-tokens.ts';
import { embeddings } from './embeddings.ts';
import { eventLogging } from './event-logging.ts';
import { liveliness, readiness } from './health.ts';
import { messages } from './messages.ts';
import { model, models } from './models.ts';
import { ocr } from './ocr.ts';
import { responses } from './responses.ts';
import { storedResponses } from './stored-responses.ts';
import type { RouteContract } from './route-contract.ts';

/** Every public route. Both shells loop over it; a route that is not here does not exist. */
export const ROUTES: readonly RouteContract[] = [
  chatCompletions,
  completions,
  embeddings,
  messages,
  countTokens,
  responses,
  ...storedResponses,
  ocr,
  models,
  model,
  liveliness,
  readiness,
  eventLogging,
];

export { answerUnrouted } from './answer-unrouted.ts';
export { unknownPathAnswer, wrongMethodAnswer } from './local-answers.ts';
export { compilePathModel, compilePlaces, compileRoutes, type ReadPathModel, type RouteMatch } from './match-path.ts';
export { responses } from './responses.ts';
export { readResponsePath } from './stored-responses.ts';
export type { CallRoute, LocalRoute, LocalView, RouteContract } from './route-contract.ts';
