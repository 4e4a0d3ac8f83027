import { parseJson, type JsonObject, type JsonValue } from '@stagegate/core-transforms';

/** One server-sent event: its framing, and its payload, parsed when it is JSON. A JSON object, so that it can be diffed. */
export interface StreamEvent extends JsonObject {
  /** Value of the `event:` field. */
  readonly event?: string;
  readonly data: JsonValue;
}

/** The end of an OpenAI stream. */
export const DONE = '[DONE]';

/** Splits an event stream into events. Comments, and events without data, are none; a last event without its blank line is one. */
export function parseStreamEvents(text: string): readonly StreamEvent[] {
  return text.split(/(?:\r\n|\n|\r){2,}/u).flatMap(parseBlock);
}

function parseBlock(block: string): readonly StreamEvent[] {
  let event: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/u)) {
    const [, field, value] = /^([^:]+):? ?(.*)$/u.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
  if (data.length === 0) return [];
  const payload = data.join('\n');
  const parsed = { data: parseJson(payload) ?? payload };
  return [event === undefined ? parsed : { event, ...parsed }];
}
