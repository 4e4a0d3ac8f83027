import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';

interface Sent {
  readonly url: string;
  readonly body: JsonObject;
}

function send(model: string, request: JsonObject, wishes: PlanWishes = {}): Outcome<ProviderRequest> {
  const plan = makePlan(model, { dialect: 'openai-completions', ...wishes });
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  return transform.value.request({ body: toRawObject(deepFreeze(request)), headers: {} }, plan, AMBIENT);
}

function sent(model: string, request: JsonObject, wishes?: PlanWishes): Sent {
  const outcome = send(model, request, wishes);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  const { url, body } = outcome.value;
  return { url, body: JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) };
}

const NATIVE: readonly [string, string, JsonObject, JsonObject][] = [
  ['a text', 'text-completion-openai/davinci-002', { prompt: 'a' }, { prompt: 'a' }],
  ['a list of one', 'text-completion-openai/davinci-002', { prompt: ['a'] }, { prompt: 'a' }],
  ['a list', 'text-completion-openai/davinci-002', { prompt: ['a', 'b'] }, { prompt: ['a', 'b'] }],
  ['tokens', 'text-completion-openai/davinci-002', { prompt: [1, 2] }, { prompt: [1, 2] }],
  ['lists of tokens', 'text-completion-openai/davinci-002', { prompt: [[1], [2]] }, { prompt: [[1], [2]] }],
  ['what the hub has no name for', 'together_ai/m', { prompt: 'a', echo: true, suffix: 's' }, { prompt: 'a', echo: true, suffix: 's' }],
  ['n: 1 and nulls', 'text-completion-openai/davinci-002', { prompt: 'a', n: 1, stop: null }, { prompt: 'a', n: 1 }],
  ['a stream', 'together_ai/m', { prompt: 'a', stream: true }, { prompt: 'a', stream: true }],
  ['no stream', 'together_ai/m', { prompt: 'a', stream: false }, { prompt: 'a', stream: false }],
  ['what one server takes and another does not', 'fireworks_ai/x/m', { prompt: 'a', best_of: 1, echo: true }, { prompt: 'a', echo: true }],
  ['prompts joined', 'text-completion-codestral/m', { prompt: ['a', 'b'], seed: 1 }, { prompt: 'a b', random_seed: 1 }],
  ['a limit under its newer name', 'moonshot/m', { prompt: 'a', max_completion_tokens: 3 }, { prompt: 'a', max_tokens: 3 }],
  ['no stream for it', 'text-completion-codestral/m', { prompt: 'a', stream: false }, { prompt: 'a' }],
];

test.each(NATIVE)('natively: %s', (_name, model, request, body) => {
  const { model: _model, ...rest } = sent(model, request).body;
  expect(rest).toStrictEqual(body);
});

test.each([
  ['text-completion-openai/davinci-002', {}, 'https://api.openai.com/v1/completions'],
  ['openai/gpt-3.5-turbo-instruct', {}, 'https://api.openai.com/v1/completions'],
  ['openai/my-own', { apiBase: 'http://host/v1' }, 'http://host/v1/completions'],
  ['openai/gpt-4o', {}, 'https://api.openai.com/v1/chat/completions'],
  ['text-completion-codestral/m', { apiBase: 'http://host/v1/fim/completions' }, 'http://host/v1/fim/completions'],
  ['text-completion-inception/m', {}, 'https://api.inceptionlabs.ai/v1/fim/completions'],
  ['text-completion-inception/m', { apiBase: 'http://host/v1/fim' }, 'http://host/v1/fim/completions'],
  [
    'azure_text/mine',
    { apiBase: 'http://host', settings: { options: { api_version: '2024-10-21' } } },
    'http://host/openai/deployments/mine/completions?api-version=2024-10-21',
  ],
])('%s is called where it lives', (model, wishes, url) => {
  expect(sent(model, { prompt: 'a' }, wishes).url).toBe(url);
});

test('each prompt becomes a message for who only chats', () => {
  const { body } = sent('openai/gpt-4o', { prompt: ['a', 'b'], max_tokens: 3, suffix: 's', engine: 'x' });
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
  ];
  expect(body).toStrictEqual({ model: 'gpt-4o', messages, max_tokens: 3, suffix: 's' });
});

test('usage is asked for as the client asks, and always at OpenAI itself', () => {
  const streamed = { prompt: 'a', stream: true };
  const away = { stream: true, apiBase: 'http://host/v1' };
  expect(sent('openai/gpt-4o', streamed, { stream: true }).body).toMatchObject({ stream_options: { include_usage: true } });
  expect(sent('openai/gpt-4o', streamed, away).body).not.toHaveProperty('stream_options');
  const asked = { ...streamed, stream_options: { include_usage: true } };
  expect(sent('openai/gpt-4o', asked, away).body).toMatchObject({ stream_options: { include_usage: true } });
});

test('an echo is told in the words of a text generator', () => {
  expect(sent('huggingface/m', { prompt: 'a', echo: true }).body).toMatchObject({ echo: true, top_n_tokens: 3 });
});

const REFUSED: readonly [string, string, JsonObject, string][] = [
  ['no prompt', 'openai/gpt-4o', {}, 'bad-request'],
  ['an empty list', 'openai/gpt-4o', { prompt: [] }, 'bad-request'],
  ['an object', 'openai/gpt-4o', { prompt: {} }, 'bad-request'],
  ['tokens and text', 'text-completion-openai/davinci-002', { prompt: [1, 'a'] }, 'bad-request'],
  ['tokens for who chats', 'openai/gpt-4o', { prompt: [1, 2] }, 'bad-request'],
  ['tokens for who reads text', 'together_ai/m', { prompt: [1, 2] }, 'bad-request'],
  ['two prompts for who takes one', 'together_ai/m', { prompt: ['a', 'b'] }, 'bad-request'],
  ['a chat parameter', 'together_ai/m', { prompt: 'a', max_completion_tokens: 3 }, 'unsupported-params'],
  ['a parameter that the model does not take', 'text-completion-codestral/m', { prompt: 'a', n: 2 }, 'unsupported-params'],
  ['no host', 'hosted_vllm/m', { prompt: 'a' }, 'declined'],
];

test.each(REFUSED)('refused: %s', (_name, model, request, kind) => {
  expect(send(model, request)).toMatchObject({ ok: false, error: { kind } });
});

test.each([false, true])('in front of chat it is said whether to stream: %j', (stream) => {
  const asked = { messages: [{ role: 'user', content: 'a' }], ...(stream && { stream }) };
  const { body } = sent('text-completion-openai/davinci-002', asked, { dialect: 'openai-chat', stream });
  expect(body['stream']).toBe(stream);
  expect(body['stream_options']).toEqual(stream ? { include_usage: true } : undefined);
});
