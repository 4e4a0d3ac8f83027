export { startLitellm, type RunningLitellm } from './start-litellm.ts';
