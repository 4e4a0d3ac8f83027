import { isJsonRecord, type Json, type JsonRecord } from '../../json.ts';

/** An answer as its dialect would give it: JSON whole, or the texts of a stream's events. */
export interface NaturalAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: readonly string[];
}

/** A JSON answer in one piece. */
export function wholeAnswer(body: JsonRecord, status = 200): NaturalAnswer {
  return { status, contentType: 'application/json', pieces: [JSON.stringify(body)] };
}

/** A stream of server-sent events, one piece each. */
export function streamAnswer(pieces: readonly string[]): NaturalAnswer {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', pieces };
}

/** What a fake model says to a conversation: an echo of the last text, or a call of the first tool it may use. */
export interface Reply {
  readonly text: string;
  readonly tool: string | undefined;
  /** Tokens of the conversation and of the reply, one per word. */
  readonly promptTokens: number;
  readonly replyTokens: number;
}

/** Makes up a reply. `toolNames` are the tools that the request offers. */
export function makeUpReply(request: JsonRecord, toolNames: readonly string[]): Reply {
  const messages = list(request['messages']).filter(isJsonRecord);
  const last = messages.at(-1);
  const answersTool =
    last?.['role'] === 'tool' || list(last?.['content']).some((part) => isJsonRecord(part) && part['type'] === 'tool_result');
  const tool = answersTool ? undefined : toolNames[0];
  const text = `You said: ${textOf(last?.['content'])}`;
  return {
    text,
    tool,
    promptTokens: countWords(messages.map((message) => textOf(message['content'])).join(' ')),
    replyTokens: countWords(text),
  };
}

/** Cuts a text into words with the spaces before them, the deltas of a stream. */
export function toDeltas(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

/** A list, or an empty one for whatever is none. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  return list(content)
    .filter(isJsonRecord)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join(' ');
}

/** Words of a text: what it counts as in tokens. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== '').length;
}
