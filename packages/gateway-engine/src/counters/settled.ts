import type { RedisAnswer } from '../ports/index.ts';

/** An answer of Redis; of one that hung, the late one. */
export async function settled(answer: RedisAnswer): Promise<RedisAnswer> {
  return answer.ok || answer.error.late === undefined ? answer : answer.error.late;
}
