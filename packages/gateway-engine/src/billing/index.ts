export { AnswerMeter, endsUncounted, readAnswerId, readUsageObject } from './answer-meter.ts';
export { isChargedByAnswer, readAnswerModel } from './answer-model.ts';
export { billAnswer, isBilled, type AnswerToBill, type Bill, type ChargedCost } from './bill-answer.ts';
export { showCost } from './show-cost.ts';
export { showsStreamCost, streamCost } from './stream-cost.ts';
export { showKey } from './show-key.ts';
export { withMarkup } from './markup.ts';
export { mostCost, type MostCost } from './most-cost.ts';
export { toFailedCall, toSpentCall, type AnsweredCall, type AnswerToLog, type AnswerTimes, type UnansweredCall } from './to-spent-call.ts';
