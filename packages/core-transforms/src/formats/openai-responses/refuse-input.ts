import type { JsonValue } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';

/**
 * Why a call's `input` is refused; undefined if it is text, a list, or absent.
 *
 * source: LiteLLM 1.106.2, proxy/response_api_endpoints/endpoints.py, which has a message only for null.
 */
export function refuseInput(input: JsonValue | undefined): Failure | undefined {
  if (input === undefined || typeof input === 'string' || Array.isArray(input)) return undefined;
  const message = input === null ? "/responses: Missing required parameter: 'input'." : 'input: expected text or a list of items';
  return fail({ kind: 'bad-request', path: 'input', message });
}
