import { isJsonRecord, type Json, type JsonRecord } from '../../json.ts';
import { list, makeUpReply, streamAnswer, toDeltas, wholeAnswer, type NaturalAnswer, type Reply } from './natural-answer.ts';

const CREATED = 1_764_000_000;

/** Speaks OpenAI's chat dialect: text or one tool call, usage, streams with `[DONE]`. */
export function answerOpenaiChat(request: JsonRecord): NaturalAnswer {
  const reply = makeUpReply(request, toolNames(request));
  return request['stream'] === true ? streamAnswer(events(request, reply)) : wholeAnswer(completion(request, reply));
}

function toolNames(request: JsonRecord): readonly string[] {
  if (request['tool_choice'] === 'none') return [];
  return list(request['tools']).flatMap((tool) => {
    const declared = isJsonRecord(tool) ? tool['function'] : undefined;
    return isJsonRecord(declared) && typeof declared['name'] === 'string' ? [declared['name']] : [];
  });
}

function usage({ promptTokens, replyTokens }: Reply): JsonRecord {
  return { prompt_tokens: promptTokens, completion_tokens: replyTokens, total_tokens: promptTokens + replyTokens };
}

function completion(request: JsonRecord, reply: Reply): JsonRecord {
  const calls =
    reply.tool === undefined
      ? {}
      : { tool_calls: [{ id: 'call_fake1', type: 'function', function: { name: reply.tool, arguments: '{"place":"here"}' } }] };
  const message = { role: 'assistant', content: reply.tool === undefined ? reply.text : null, ...calls };
  const choice = { index: 0, message, finish_reason: reply.tool === undefined ? 'stop' : 'tool_calls' };
  return {
    id: 'chatcmpl-fake1',
    object: 'chat.completion',
    created: CREATED,
    model: request['model'],
    choices: [choice],
    usage: usage(reply),
  };
}

function events(request: JsonRecord, reply: Reply): readonly string[] {
  const head = { id: 'chatcmpl-fake1', object: 'chat.completion.chunk', created: CREATED, model: request['model'] };
  const chunk = (delta: JsonRecord, finish: Json = null): JsonRecord => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const call = (more: JsonRecord, text: string): JsonRecord =>
    chunk({
      tool_calls: [
        {
          index: 0,
          ...more,
          function: { ...(reply.tool !== undefined && more['id'] !== undefined && { name: reply.tool }), arguments: text },
        },
      ],
    });
  const said =
    reply.tool === undefined
      ? toDeltas(reply.text).map((content) => chunk({ content }))
      : [call({ id: 'call_fake1', type: 'function' }, ''), call({}, '{"place":'), call({}, '"here"}')];
  const options = request['stream_options'];
  const counted = isJsonRecord(options) && options['include_usage'] === true ? [{ ...head, choices: [], usage: usage(reply) }] : [];
  const chunks = [
    chunk({ role: 'assistant', content: reply.tool === undefined ? '' : null }),
    ...said,
    chunk({}, reply.tool === undefined ? 'stop' : 'tool_calls'),
    ...counted,
  ];
  return [...chunks.map((data) => `data: ${JSON.stringify(data)}\n\n`), 'data: [DONE]\n\n'];
}
