import type { Plan } from '../contract/plan.ts';

/** Whether an error amid a stream that has this status is typed as a rate limit: the reference's route for prompts types none. */
export function typesRateLimit(status: number, { dialect }: Plan): boolean {
  return status === 429 && dialect !== 'openai-completions';
}
