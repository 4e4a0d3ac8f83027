import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray, readString } from './types.ts';

/**
 * A search that the provider ran, in the shape of OpenAI's responses API.
 *
 * in: the call's id and input; its `web_search_tool_result`, or undefined while it is running.
 */
export function toWebSearchCall(id: string, input: JsonValue | undefined, result: JsonObject | undefined): JsonObject {
  const query = (isObject(input) ? readString(input, 'query') : undefined) ?? '';
  const content = result?.['content'];
  const failed = isObject(content) && content['type'] === 'web_search_tool_result_error';
  const sources = (isArray(content) ? content : []).filter(isObject).flatMap((item) => {
    const url = readString(item, 'url');
    return item['type'] === 'web_search_result' && url !== undefined ? [{ type: 'url', url }] : [];
  });
  return {
    id: `ws_${id}`,
    type: 'web_search_call',
    status: result === undefined ? 'in_progress' : failed ? 'failed' : 'completed',
    action: { type: 'search', query, queries: query === '' ? [] : [query], sources },
  };
}

/** Results of code that the provider ran, in the shape of OpenAI's responses API. `inputs` are the calls' inputs by id. */
export function toCodeResults(
  results: readonly JsonObject[],
  inputs: Readonly<Record<string, JsonValue>>,
  containerId: JsonValue,
): readonly JsonObject[] {
  return results.flatMap((result) => {
    if (result['type'] !== 'bash_code_execution_tool_result') return [];
    const id = readString(result, 'tool_use_id') ?? '';
    const input = inputs[id];
    const code = (isObject(input) ? readString(input, 'command') : undefined) ?? '';
    return [
      { type: 'code_interpreter_call', id, code, container_id: containerId, status: 'completed', outputs: toLogs(result['content']) },
    ];
  });
}

function toLogs(content: JsonValue | undefined): JsonValue {
  if (!isObject(content)) return null;
  const { stdout, stderr } = content;
  const logs = (typeof stdout === 'string' ? stdout : '') + (typeof stderr === 'string' && stderr !== '' ? `STDERR: ${stderr}` : '');
  return logs === '' ? null : [{ type: 'logs', logs }];
}
