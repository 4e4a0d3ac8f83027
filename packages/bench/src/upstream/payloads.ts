/** Wire data of the benches: sizes as in the comparison that the goals come from (1.1 KB bodies, 32 events a stream). */

/** Names of the models that the gateways under test are configured with. */
export const MODELS = { same: 'bench-openai', crossing: 'bench-anthropic' } as const;

export const KEY = 'sk-bench-master-key-0123456789';

const ANSWER_BYTES = 1_155;
const EVENTS = 32;
const PROMPT = 'The quick brown fox jumps over the lazy dog while the band plays on. '.repeat(12);

/** A chat request as clients send it, about 1.1 KB. */
export function chatBody(model: string, stream: boolean): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer briefly and to the point.' },
      { role: 'user', content: PROMPT },
    ],
    temperature: 0.7,
    max_tokens: 256,
    ...(stream && { stream: true }),
  });
}

const USAGE = { prompt_tokens: 212, completion_tokens: 29, total_tokens: 241 };
const CHAT_HEAD = {
  id: 'chatcmpl-9f2b6c1d8e7a4f50b3c2d1e0f9a8b7c6',
  created: 1_764_000_000,
  model: 'gpt-4o-2024-08-06',
  system_fingerprint: 'fp_7c0b1d2e3f',
};

/** A whole chat completion, exactly 1,155 bytes. */
export function chatAnswer(): string {
  return chatAnswerOf('x'.repeat(ANSWER_BYTES - chatAnswerOf('').length));
}

function chatAnswerOf(content: string): string {
  const choices = [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }];
  return JSON.stringify({ ...CHAT_HEAD, object: 'chat.completion', choices, usage: USAGE });
}

function chatEvent(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  const chunk = { ...CHAT_HEAD, object: 'chat.completion.chunk', service_tier: 'default', choices, usage: null, obfuscation: 'aB3dE5fG7h' };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function messageEvent(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/** A chat completion stream, 32 events of about 300 bytes, `[DONE]` among them. */
export function chatEvents(): readonly string[] {
  const deltas = Array.from({ length: EVENTS - 3 }, (_, index) => chatEvent({ content: ` word${index}` }, null));
  return [chatEvent({ role: 'assistant', content: '', refusal: null }, null), ...deltas, chatEvent({}, 'stop'), 'data: [DONE]\n\n'];
}

/** The same in Anthropic's dialect, 32 events. */
export function messageEvents(): readonly string[] {
  const usage = {
    input_tokens: 212,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 1,
    service_tier: 'standard',
  };
  const message = { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [] };
  const deltas = Array.from({ length: EVENTS - 5 }, (_, index) =>
    messageEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ` word${index}` } }),
  );
  return [
    messageEvent('message_start', { message: { ...message, stop_reason: null, stop_sequence: null, usage } }),
    messageEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...deltas,
    messageEvent('content_block_stop', { index: 0 }),
    messageEvent('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 29 } }),
    messageEvent('message_stop', {}),
  ];
}
