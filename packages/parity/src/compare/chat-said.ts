import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { StreamEvent } from './stream-events.ts';

/** The content of a stream of chat chunks. */
export interface ChatSaid {
  /** By index. */
  readonly choices: Readonly<Record<string, ChoiceSaid>>;
  /** Tokens of the prompt, of the answer and of both; undefined: there is no count. */
  readonly counts: readonly JsonValue[] | undefined;
}

/** One choice, joined. */
export interface ChoiceSaid {
  readonly text: string;
  readonly reasoning: string;
  /** Each call's arguments, by index. */
  readonly calls: Readonly<Record<string, string>>;
  /** Tokens with a log probability. */
  readonly tokens: readonly JsonValue[];
}

const NOTHING: ChoiceSaid = { text: '', reasoning: '', calls: {}, tokens: [] };

/** Joins the chunks; undefined for a stream of another dialect. */
export function readChatSaid(events: readonly StreamEvent[]): ChatSaid | undefined {
  const choices: Record<string, ChoiceSaid> = {};
  let counts: ChatSaid['counts'];
  let isChat = false;
  for (const { data } of events) {
    if (!isObject(data) || !Array.isArray(data['choices'])) continue;
    isChat = true;
    for (const choice of data['choices'] as readonly JsonValue[]) {
      if (!isObject(choice)) continue;
      const index = String(choice['index'] ?? 0);
      choices[index] = withDelta(choices[index] ?? NOTHING, choice);
    }
    const { usage } = data;
    if (isObject(usage)) counts = ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((name) => usage[name] ?? null);
  }
  return isChat ? { choices, counts } : undefined;
}

/** Whether a choice, its reasoning or its log probabilities were lost on the way, or the counts have changed. */
export function isLost(sent: ChatSaid, shown: ChatSaid): boolean {
  const others = shown.counts !== undefined && sent.counts !== undefined && sent.counts.some((count, at) => count !== shown.counts?.[at]);
  return others || Object.entries(sent.choices).some(([index, choice]) => isChoiceLost(choice, shown.choices[index]));
}

function isChoiceLost({ reasoning, tokens }: ChoiceSaid, shown: ChoiceSaid | undefined): boolean {
  if (shown === undefined) return true;
  return (reasoning !== '' && shown.reasoning === '') || (tokens.length > 0 && shown.tokens.length === 0);
}

function withDelta(before: ChoiceSaid, choice: JsonObject): ChoiceSaid {
  const delta = isObject(choice['delta']) ? choice['delta'] : {};
  const logprobs = isObject(choice['logprobs']) ? choice['logprobs']['content'] : undefined;
  const calls: Record<string, string> = { ...before.calls };
  for (const call of listOf(delta['tool_calls'])) {
    if (!isObject(call)) continue;
    const index = String(call['index'] ?? 0);
    calls[index] = (calls[index] ?? '') + textOf(isObject(call['function']) ? call['function']['arguments'] : undefined);
  }
  return {
    text: before.text + textOf(delta['content']),
    reasoning: before.reasoning + textOf(delta['reasoning_content'] ?? delta['reasoning']),
    calls,
    tokens: [...before.tokens, ...listOf(logprobs).map((one) => (isObject(one) ? (one['token'] ?? null) : null))],
  };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
