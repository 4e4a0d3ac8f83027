import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { asksForJsonTool } from './response-format.ts';
import { isArray } from '../anthropic-messages/types.ts';

/**
 * Whether the provider cannot stream an answer, so that a stream is made from a whole one: for a forced tool's call, and for models that do
 * not stream, or not with tools.
 */
export function isFakeStream(plan: Plan, chat: JsonObject): boolean {
  const { model } = plan;
  if (model.includes('ai21')) return true;
  if (model.includes('meta.llama3-3-70b-instruct-v1:0') && isArray(chat['tools'])) return true;
  return asksForJsonTool(chat['response_format'], plan);
}
