import { withModel, type DialectId } from '@stagegate/core-transforms';
import type { KeptAnswer } from '../ports/index.ts';
import type { CacheCall } from './cache-call.ts';
import type { CacheUse } from './use-of-cache.ts';

/** Longer answers are not stored. Source: LiteLLM 1.106.2, caching/in_memory_cache.py. */
export const KEPT_CHARS_MAX = 1_048_576;

/** What begins the first piece of a stream's answer, by dialect. */
const OUTPUT_OF_STREAM: Readonly<Partial<Record<DialectId, RegExp>>> = {
  'openai-chat': /"(?:content|reasoning_content|refusal)":"[^"]|"(?:tool_calls|function_call|audio)":[[{]/u,
  'openai-completions': /"text":"[^"]/u,
  'anthropic-messages': /^event: content_block_start$/mu,
  'openai-responses': /"type":"response\.output_item\.added"/u,
};

/**
 * A cached answer as its client sees it.
 *
 * out: undefined where it is too old, or belongs to another dialect: the reference's keys do not tell dialects apart.
 */
export function readKept(
  { text: kept, storedMs, foreign }: KeptAnswer,
  { ageSecondsMax }: CacheUse,
  call: CacheCall,
  nowMs: number,
): string | undefined {
  if (ageSecondsMax !== undefined && nowMs - storedMs > ageSecondsMax * 1000) return undefined;
  if (call.stream) return withModelOfEvents(kept, call);
  const text = foreign === true ? asShown(kept, call.dialect) : kept;
  const value = parse(text);
  if (value === undefined || !hasOutput(value, call.dialect)) return undefined;
  return call.answerModel === undefined || call.dialect === 'openai-responses' ? text : withModel(text, call.answerModel);
}

const MODEL_OF_EVENT = /"model":"(?:[^"\\]|\\.)*"/u;

/** Groups that share answers each show their own name. The search cannot hit text of the answer, where quotes are escaped. */
function withModelOfEvents(events: string, { dialect, answerModel }: CacheCall): string {
  if (answerModel === undefined || dialect === 'openai-responses') return events;
  const shown = `"model":${JSON.stringify(answerModel)}`;
  const kept = MODEL_OF_EVENT.exec(events)?.[0] ?? shown;
  return kept === shown ? events : events.replaceAll(kept, () => shown);
}

/** An answer that the reference stored, as it shows it: without its own notes and, for chat, without members that are null. */
function asShown(text: string, dialect: DialectId): string {
  const value = parse(text);
  if (value === undefined) return text;
  const isChat = dialect === 'openai-chat';
  return JSON.stringify(value, (name, member: unknown) =>
    name === '_hidden_params' || (isChat && member === null && name !== 'content') ? undefined : member,
  );
}

/** Whether an answer is worth storing: it has content, and is not too long. in: a stream's text only once it has ended. */
export function isWorthKeeping(text: string, { dialect, stream }: Pick<CacheCall, 'dialect' | 'stream'>): boolean {
  if (text.length > KEPT_CHARS_MAX) return false;
  if (stream) return OUTPUT_OF_STREAM[dialect]?.test(text) === true;
  const value = parse(text);
  return value !== undefined && hasOutput(value, dialect);
}

function hasOutput(value: Readonly<Record<string, unknown>>, dialect: DialectId): boolean {
  switch (dialect) {
    case 'openai-chat':
      return value['object'] === 'chat.completion' && isFilled(value['choices']);
    case 'openai-completions':
      return value['object'] === 'text_completion' && isFilled(value['choices']);
    case 'anthropic-messages':
      return value['type'] === 'message' && isFilled(value['content']);
    case 'openai-responses':
      return value['object'] === 'response' && isFilled(value['output']);
    default:
      return false;
  }
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
