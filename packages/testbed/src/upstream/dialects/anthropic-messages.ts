import { isJsonRecord, type JsonRecord } from '../../json.ts';
import { list, makeUpReply, streamAnswer, toDeltas, wholeAnswer, type NaturalAnswer, type Reply } from './natural-answer.ts';

/** Speaks Anthropic's messages dialect: text or one tool use, usage, streams by events. */
export function answerAnthropicMessages(request: JsonRecord): NaturalAnswer {
  const reply = makeUpReply(request, toolNames(request));
  return request['stream'] === true ? streamAnswer(events(request, reply)) : wholeAnswer(message(request, reply));
}

/** Counts the words of a conversation as its tokens. */
export function answerCountTokens(request: JsonRecord): NaturalAnswer {
  return wholeAnswer({ input_tokens: makeUpReply(request, []).promptTokens });
}

function toolNames(request: JsonRecord): readonly string[] {
  const choice = request['tool_choice'];
  if (isJsonRecord(choice) && choice['type'] === 'none') return [];
  return list(request['tools']).flatMap((tool) => (isJsonRecord(tool) && typeof tool['name'] === 'string' ? [tool['name']] : []));
}

function message(request: JsonRecord, reply: Reply): JsonRecord {
  const content =
    reply.tool === undefined
      ? { type: 'text', text: reply.text }
      : { type: 'tool_use', id: 'toolu_fake1', name: reply.tool, input: { place: 'here' } };
  return {
    ...head(request),
    content: [content],
    stop_reason: stopReason(reply),
    usage: { input_tokens: reply.promptTokens, output_tokens: reply.replyTokens },
  };
}

function head(request: JsonRecord): JsonRecord {
  return {
    id: 'msg_fake1',
    type: 'message',
    role: 'assistant',
    model: request['model'],
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function stopReason(reply: Reply): string {
  return reply.tool === undefined ? 'end_turn' : 'tool_use';
}

function events(request: JsonRecord, reply: Reply): readonly string[] {
  const block =
    reply.tool === undefined ? { type: 'text', text: '' } : { type: 'tool_use', id: 'toolu_fake1', name: reply.tool, input: {} };
  const deltas =
    reply.tool === undefined
      ? toDeltas(reply.text).map((text) => ({ type: 'text_delta', text }))
      : ['', '{"place":', '"here"}'].map((json) => ({ type: 'input_json_delta', partial_json: json }));
  const payloads = [
    { type: 'message_start', message: { ...head(request), usage: { input_tokens: reply.promptTokens, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: { output_tokens: reply.replyTokens } },
    { type: 'message_stop' },
  ];
  return payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`);
}
