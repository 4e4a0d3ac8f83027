export { compareAnswer, type AnswerComparison, type AnswerRules } from './compare/compare-answer.ts';
export { compareRequest } from './compare/compare-request.ts';
export type { Difference } from './compare/difference.ts';
export { checkOwnAnswer, type Envelope, type OwnRule } from './compare/own-rules.ts';
export type { AnswerRecord, RequestRecord } from './compare/records.ts';
