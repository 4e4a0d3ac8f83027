/** Bodies of one call in both dialects: requests of about 1.1 KB, answers of about 1.3 KB, streams of 32 events. */

const SYSTEM = 'You are a support agent of a small bakery. Answer in the language of the question, briefly.';
const QUESTION = 'Do you bake bread without "wheat"?\nI would like two loaves on Saturday – and what would they cost?';
const REPLY = 'Yes: we bake one of buckwheat and one of rice. Each loaf is 4.20 €.\n\nShall I set two of them aside for you?';
const FOLLOW_UP = `${'Thank you, that sounds good. My daughter must not eat nuts either, so please look at what is in them. '.repeat(5)}Until when are you open?`;
const PARAGRAPH =
  'Both loaves are baked without nuts, in an oven of their own.\n- "Buckwheat": water, flour, salt, yeast\n- Rice: rice, oil. ';
/** Of as many paragraphs as make a body of 1.3 KB. */
function answerOf(paragraphs: number): string {
  return `${PARAGRAPH.repeat(paragraphs)}We are open until 13:00 on Saturdays.`;
}

const TALK = [
  { role: 'user', content: QUESTION },
  { role: 'assistant', content: REPLY },
  { role: 'user', content: FOLLOW_UP },
];
const SAMPLING = { temperature: 0.7, top_p: 0.9, max_tokens: 512 };

/** A chat request. */
export function chatRequest(model: string, stream: boolean): string {
  const messages = [{ role: 'system', content: SYSTEM }, ...TALK];
  return JSON.stringify({ model, messages, ...SAMPLING, stop: ['END'], user: 'customer-4711', ...(stream && { stream: true }) });
}

/** The same as a messages request. */
export function messagesRequest(model: string, stream: boolean): string {
  const metadata = { user_id: 'customer-4711' };
  return JSON.stringify({
    model,
    system: SYSTEM,
    messages: TALK,
    ...SAMPLING,
    stop_sequences: ['END'],
    metadata,
    ...(stream && { stream }),
  });
}

const CHAT_USAGE = {
  prompt_tokens: 212,
  completion_tokens: 187,
  total_tokens: 399,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
};
const MESSAGES_USAGE = {
  input_tokens: 212,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 187,
  service_tier: 'standard',
};
const CHAT_HEAD = { id: 'chatcmpl-CdEfGhIjKlMnOpQrStUvWxYz01234', created: 1_764_000_000, model: 'gpt-4o-2024-08-06' };
const CHAT_TAIL = { service_tier: 'default', system_fingerprint: 'fp_7c0b1d2e3f' };
const MESSAGE_HEAD = { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929' };

/** A whole chat completion. */
export function chatAnswer(): string {
  const message = { role: 'assistant', content: answerOf(5), refusal: null, annotations: [] };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return JSON.stringify({ ...CHAT_HEAD, object: 'chat.completion', choices, usage: CHAT_USAGE, ...CHAT_TAIL });
}

/** The same in Anthropic's dialect. */
export function messagesAnswer(): string {
  const content = [{ type: 'text', text: answerOf(7) }];
  return JSON.stringify({ ...MESSAGE_HEAD, content, stop_reason: 'end_turn', stop_sequence: null, usage: MESSAGES_USAGE });
}

/** What a stream's events bring, one after the other. */
const WORDS = Array.from({ length: 32 }, (_, index) => (index % 8 === 7 ? `.\n\n"${index}"` : ` loaf ${index}`));

/** One event of a stream: its data, and the text it comes in. */
export interface StreamEvent {
  readonly data: string;
  readonly text: string;
}

/** A chat completion stream; `[DONE]`, which is no JSON, is its terminator. */
export function chatEvents(): readonly StreamEvent[] {
  return [
    chatEvent({ role: 'assistant', content: '', refusal: null }, null),
    ...WORDS.slice(3).map((content) => chatEvent({ content }, null)),
    chatEvent({}, 'stop'),
    chatEvent({}, null, CHAT_USAGE),
  ];
}

function chatEvent(delta: object, finish: string | null, usage?: object): StreamEvent {
  const choices = usage === undefined ? [{ index: 0, delta, logprobs: null, finish_reason: finish }] : [];
  const head = { ...CHAT_HEAD, object: 'chat.completion.chunk', ...CHAT_TAIL };
  const data = JSON.stringify({ ...head, choices, usage: usage ?? null, obfuscation: 'aB3dE5fG7h'.slice(0, (finish?.length ?? 0) + 3) });
  return { data, text: `data: ${data}\n\n` };
}

/** The same in Anthropic's dialect. */
export function messagesEvents(): readonly StreamEvent[] {
  const message = { ...MESSAGE_HEAD, content: [], stop_reason: null, stop_sequence: null, usage: { ...MESSAGES_USAGE, output_tokens: 1 } };
  return [
    messagesEvent('message_start', { message }),
    messagesEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...WORDS.slice(5).map((text) => messagesEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    messagesEvent('content_block_stop', { index: 0 }),
    messagesEvent('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 187 } }),
    messagesEvent('message_stop', {}),
  ];
}

function messagesEvent(type: string, members: object): StreamEvent {
  const data = JSON.stringify({ type, ...members });
  return { data, text: `event: ${type}\ndata: ${data}\n\n` };
}
