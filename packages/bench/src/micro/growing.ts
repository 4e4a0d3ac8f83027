import {
  chooseTransform,
  type CallTransform,
  type ClientCall,
  type DialectId,
  type JsonObject,
  type Plan,
} from '@stagegate/core-transforms';
import { ANTHROPIC, COMPATIBLE, OPENAI, AMBIENT, must, runStream, toCall } from './core-calls.ts';
import { toPlan, type Target } from './plans.ts';

/** Work of which there can be any multiple. */
export interface Growing {
  readonly title: string;
  /** The work at so many times its smallest size; the input is made here, and not part of it. */
  readonly make: (times: number) => () => unknown;
}

/** Bytes of the smallest conversation; the largest one has sixteen times as many. */
const CONVERSATION_BYTES = 25_000;
const EVENTS = 256;
const RESULT = `${'{"order": 4711, "loaf": "rice", "state": "baked"}\n'.repeat(8)}done`;

const ENCODER = new TextEncoder();

/** Conversations and streams through core, in every pair of the two dialects. */
export function makeGrowing(): readonly Growing[] {
  const ways: readonly [DialectId, Target][] = [
    ['openai-chat', OPENAI],
    ['anthropic-messages', ANTHROPIC],
    ['openai-chat', ANTHROPIC],
    ['anthropic-messages', COMPATIBLE],
  ];
  return ways.flatMap(([dialect, target]) => {
    const way = `${dialect} → ${target.provider}`;
    const isAnthropic = target === ANTHROPIC;
    return [
      { title: `a request with tools, ${way}`, make: (times: number) => requestOf(dialect, target, times) },
      {
        title: `a stream of text, ${way}`,
        make: (times: number) => streamOf(dialect, target, isAnthropic ? messagesText(times) : chatText(times)),
      },
      {
        title: `a stream of arguments, ${way}`,
        make: (times: number) => streamOf(dialect, target, isAnthropic ? messagesCall(times) : chatCall(times)),
      },
    ];
  });
}

function requestOf(dialect: DialectId, target: Target, times: number): () => unknown {
  const plan = toPlan(dialect, target, false);
  const transform = must(chooseTransform(plan));
  const [turn, tool] = dialect === 'openai-chat' ? [chatTurn, chatTool] : [messagesTurn, messagesTool];
  const bytes = ENCODER.encode(bodyOf(target.group, times, turn, tool));
  return () => must(transform.request(toCall(bytes), plan, AMBIENT)).body;
}

function streamOf(dialect: DialectId, target: Target, texts: readonly string[]): () => unknown {
  const plan: Plan = toPlan(dialect, target, true);
  const transform: CallTransform = must(chooseTransform(plan));
  const body = JSON.stringify({
    model: target.group,
    max_tokens: 512,
    messages: [{ role: 'user', content: 'Which loaves?' }],
    stream: true,
  });
  const call: ClientCall = toCall(ENCODER.encode(body));
  return () => runStream(transform, call, plan, texts);
}

function chatTurn(index: number): readonly JsonObject[] {
  const id = `call_${index}`;
  const called = { name: `look_up_${index % 20}`, arguments: `{"order":${index}}` };
  return [
    { role: 'user', content: `Where is order ${index}?` },
    { role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: called }] },
    { role: 'tool', tool_call_id: id, content: RESULT },
    { role: 'assistant', content: `Order ${index} is baked.` },
  ];
}

function chatTool(index: number): JsonObject {
  return { type: 'function', function: { ...described(index), parameters: schemaOf(index) } };
}

function messagesTurn(index: number): readonly JsonObject[] {
  const id = `toolu_${index}`;
  return [
    { role: 'user', content: `Where is order ${index}?` },
    { role: 'assistant', content: [{ type: 'tool_use', id, name: `look_up_${index % 20}`, input: { order: index } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: RESULT }] },
    { role: 'assistant', content: `Order ${index} is baked.` },
  ];
}

function messagesTool(index: number): JsonObject {
  return { ...described(index), input_schema: schemaOf(index) };
}

/** Turns and tools, as many as it takes. */
function bodyOf(model: string, times: number, turn: (index: number) => readonly JsonObject[], tool: (index: number) => JsonObject): string {
  const perTurn = JSON.stringify(turn(0)).length + JSON.stringify(tool(0)).length;
  const indexes = Array.from({ length: Math.ceil((CONVERSATION_BYTES * times) / perTurn) }, (_, index) => index);
  const messages = [...indexes.flatMap(turn), { role: 'user', content: 'And the last one?' }];
  return JSON.stringify({ model, max_tokens: 512, messages, tools: indexes.map(tool) });
}

function described(index: number): JsonObject {
  return { name: `look_up_${index}`, description: `Finds an order in oven ${index}, by its number.` };
}

function schemaOf(index: number): JsonObject {
  const order = { type: 'integer', description: `A number of oven ${index}.`, minimum: 0 };
  return { type: 'object', properties: { order, note: { type: 'string' } }, required: ['order'] };
}

function pieces(times: number): readonly string[] {
  return Array.from({ length: EVENTS * times }, (_, index) => ` loaf ${index}`);
}

function chatText(times: number): readonly string[] {
  return chatStream(pieces(times).map((content) => ({ content })));
}

function chatCall(times: number): readonly string[] {
  const first = { index: 0, id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{"note":"' } };
  const rest = pieces(times).map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] }));
  return chatStream([{ tool_calls: [first] }, ...rest, { tool_calls: [{ index: 0, function: { arguments: '"}' } }] }]);
}

function chatStream(deltas: readonly JsonObject[]): readonly string[] {
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...deltas.map((delta) => chunk(delta, null)),
    chunk({}, 'stop'),
    'data: [DONE]\n\n',
  ];
}

function chunk(delta: JsonObject, finish: string | null): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_764_000_000, model: 'gpt-4o' };
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

function messagesText(times: number): readonly string[] {
  return messagesStream(
    { type: 'text', text: '' },
    pieces(times).map((text) => ({ type: 'text_delta', text })),
  );
}

function messagesCall(times: number): readonly string[] {
  const json = ['{"note":"', ...pieces(times), '"}'].map((text) => ({ type: 'input_json_delta', partial_json: text }));
  return messagesStream({ type: 'tool_use', id: 'toolu_1', name: 'look_up', input: {} }, json);
}

function messagesStream(block: JsonObject, deltas: readonly JsonObject[]): readonly string[] {
  const usage = { input_tokens: 12, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  return [
    event('message_start', { message }),
    event('content_block_start', { index: 0, content_block: block }),
    ...deltas.map((delta) => event('content_block_delta', { index: 0, delta })),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 187 } }),
    event('message_stop', {}),
  ];
}

function event(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}
