export { startLitellm, type RunningLitellm } from './start-litellm.ts';
export { waitForAnswer } from './wait-for-answer.ts';
