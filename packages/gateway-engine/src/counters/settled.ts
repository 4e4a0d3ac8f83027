import type { RedisAnswer } from '../ports/index.ts';

/** What Redis says after all, where it has not in time. */
export async function settled(answer: RedisAnswer): Promise<RedisAnswer> {
  return answer.ok || answer.error.late === undefined ? answer : answer.error.late;
}
