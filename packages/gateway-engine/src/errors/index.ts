export { declinedHeader } from './declined-header.ts';
export { done, stop, type EngineError, type ModelOwner, type SpentBudget, type Staged } from './engine-error.ts';
export type { ModelRefusal } from './refused-model.ts';
export { renderErrorBody, renderErrorEvent, type EnvelopeId } from './envelope.ts';
export { errorCost } from './error-cost.ts';
export { errorHeaders, rateError, shareError } from './rate-error.ts';
export { toAnswerError, type AnswerError } from './to-answer-error.ts';
