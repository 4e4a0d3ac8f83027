import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isCall } from './types.ts';

/** Chat's finish reason for a response. */
export function mapStopReason(response: JsonObject, output: readonly JsonObject[]): string {
  const details = response['incomplete_details'];
  const reason = isObject(details) ? details['reason'] : undefined;
  if (response['status'] === 'incomplete' || typeof reason === 'string') return reason === 'content_filter' ? 'content_filter' : 'length';
  return output.some(isCall) ? 'tool_calls' : 'stop';
}
