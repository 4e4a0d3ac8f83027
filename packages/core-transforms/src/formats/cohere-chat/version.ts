import type { Plan } from '../../contract/plan.ts';

/** Whether a call goes to Cohere's first chat API: a deployment asks for it in its model's name. */
export function isFirstVersion({ model }: Plan): boolean {
  return model.includes('v1/');
}
