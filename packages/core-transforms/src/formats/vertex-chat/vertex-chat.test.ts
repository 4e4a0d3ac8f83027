import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { partnerRow } from '../../providers/vertex-partners.ts';

const USER = { role: 'user', content: 'u' };

function options(location?: string): PlanWishes {
  return { settings: { options: { vertex_project: 'p', ...(location !== undefined && { vertex_location: location }) } } };
}

function send(name: string, chat: JsonObject = {}, wishes: PlanWishes = options()): Outcome<ProviderRequest> {
  const plan = makePlan(`vertex_ai/${name}`, wishes);
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  return transform.value.request({ body: toRawObject(deepFreeze({ messages: [USER], ...chat })), headers: {} }, plan, AMBIENT);
}

const US = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1';
const GLOBAL = 'https://aiplatform.googleapis.com/v1/projects/p/locations/global';
const CHAT = 'endpoints/openapi/chat/completions';

const ADDRESSES: readonly [string, string, PlanWishes, string, string][] = [
  ['a model for all', 'meta/llama-4-x', options(), `${US}/${CHAT}`, 'meta/llama-4-x'],
  ['a model served in one place', 'zai-org/glm-5-maas', options(), `${GLOBAL}/${CHAT}`, 'zai-org/glm-5-maas'],
  [
    'a model with an address of its own',
    'mistral-large@2411',
    options(),
    `${US}/publishers/mistralai/models/mistral-large@2411:rawPredict`,
    'mistral-large',
  ],
  [
    'the same, streamed',
    'mistral-large@2411',
    { ...options(), stream: true },
    `${US}/publishers/mistralai/models/mistral-large@2411:streamRawPredict?alt=sse`,
    'mistral-large',
  ],
  ['a model that somebody deployed', 'openai/1234', options(), `${US.replace('/v1/', '/v1beta1/')}/endpoints/1234/chat/completions`, ''],
  [
    'a base given',
    'meta/llama-4-x',
    { ...options(), apiBase: 'http://h' },
    `http://h/v1/projects/p/locations/us-central1/${CHAT}`,
    'meta/llama-4-x',
  ],
];

test.each(ADDRESSES)('%s', (_name, model, wishes, url, named) => {
  const request = send(model, {}, wishes);
  if (!request.ok || typeof request.value.body !== 'string') throw new Error(JSON.stringify(request));
  const { url: sent, auth, body } = request.value;
  expect({ url: sent, auth, body: JSON.parse(body) }).toMatchObject({
    url,
    auth: { kind: 'token', issuer: 'google' },
    body: { model: named, messages: [USER] },
  });
});

test("partners take OpenAI's parameters, not Gemini's", () => {
  const request = send('meta/llama-4-x', { max_completion_tokens: 5, presence_penalty: 1 });
  expect(request).toMatchObject({ ok: true });
  if (!request.ok || typeof request.value.body !== 'string') return;
  expect(JSON.parse(request.value.body)).toMatchObject({ max_tokens: 5, presence_penalty: 1 });
});

test("an error amid a partner's stream is typed as a server's fault", () => {
  const { errors } = partnerRow(makePlan('vertex_ai/meta/llama-4-x', options()).provider, 'meta/llama-4-x');
  expect(errors).toMatchObject({ shows: 'whole-body', typesStreamErrors: true });
});

test("a stream's usage has a partner's details alone", () => {
  const usage = (model: string): unknown => {
    const plan = makePlan(`vertex_ai/${model}`, { ...options(), stream: true });
    const transform = chooseTransform(plan);
    if (!transform.ok) throw new Error(JSON.stringify(transform.error));
    const call = { body: toRawObject({ messages: [USER], stream: true, stream_options: { include_usage: true } }), headers: {} };
    const event = {
      choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    const { out } = runMachine(transform.value.stream(call, plan), [`data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`]);
    const shown =
      out
        .join('')
        .split('\n\n')
        .find((frame) => frame.includes('"usage"')) ?? '';
    return JSON.parse(shown.replace(/^data: /u, '')).usage;
  };
  expect(usage('meta/llama-4-x')).toEqual({ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  expect(usage('mistral-large')).toHaveProperty('completion_tokens_details');
});

test("an answer is OpenAI's already", () => {
  const plan = makePlan('vertex_ai/meta/llama-4-x', options());
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'a' } }];
  const body = JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices });
  const call = { body: toRawObject({ messages: [USER] }), headers: {} };
  const answer = transform.value.response({ status: 200, headers: {}, body }, call, plan, AMBIENT);
  expect(answer.ok && JSON.parse(String(answer.value.body))).toMatchObject({
    choices: [{ message: { content: 'a' }, finish_reason: 'stop' }],
  });
});
