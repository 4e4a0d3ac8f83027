import { isObject, parseJson, type JsonValue } from '@stagegate/core-transforms';

/** Whether a provider's answer, in any format, reports tokens; otherwise the reference counts them itself. */
export function saysUsage(text: string): boolean {
  return /"(?:usage|usageMetadata|usage_metadata|usage_info|meta|metrics|prompt_eval_count|input_tokens)"\s*:\s*[{\d]/u.test(text);
}

/** The message of a provider's error, from wherever providers put it. */
export function messageIn(body: JsonValue | undefined): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, message, detail } = body;
  if (isObject(error)) return messageIn(error) ?? (typeof error['message'] === 'string' ? error['message'] : undefined);
  return [message, error, detail].find((words) => typeof words === 'string');
}

/** The message of the first error event in a provider's stream. */
export function messageInStream(text: string): string | undefined {
  for (const line of text.split(/\r?\n/u)) {
    const payload = parseJson(line.replace(/^data: ?/u, ''));
    if (isObject(payload) && payload['error'] !== undefined) return messageIn(payload);
  }
  return undefined;
}
