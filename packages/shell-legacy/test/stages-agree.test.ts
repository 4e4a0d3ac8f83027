import { createEngine } from '@stagegate/gateway-engine/pipeline';
import { createUpstream } from '@stagegate/gateway-engine/upstream';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLegacyShell } from '../src/create-legacy-shell.ts';
import { chatCall, MASTER_KEY, partsFor } from './gateway.ts';

let provider: FakeUpstream;

beforeAll(async () => {
  provider = await startFakeUpstream();
});

afterAll(() => provider.close());

const KEY = { authorization: `Bearer ${MASTER_KEY}` };
const BROWSER = { origin: 'https://app.test' };
const PREFLIGHT = { ...BROWSER, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

type Case = readonly [name: string, method: string, path: string, headers: Readonly<Record<string, string>>, body: string | undefined];

const cases: readonly Case[] = [
  ['liveliness', 'GET', '/health/liveliness', {}, undefined],
  ['liveness', 'GET', '/health/liveness?x=1', {}, undefined],
  ['readiness', 'GET', '/health/readiness', {}, undefined],
  ['models without a key', 'GET', '/v1/models', {}, undefined],
  ['models', 'GET', '/models', KEY, undefined],
  ['models for Anthropic’s clients', 'GET', '/v1/models', { ...KEY, 'anthropic-version': '2023-06-01' }, undefined],
  ['a model', 'GET', '/v1/models/chat', KEY, undefined],
  ['a model by its underlying name', 'GET', '/v1/models/openai%2Fgpt-4o', KEY, undefined],
  ['no such model', 'GET', '/models/nobody', KEY, undefined],
  ['an unknown path', 'GET', '/nowhere', KEY, undefined],
  ['a wrong method', 'GET', '/v1/chat/completions', KEY, undefined],
  ['HEAD', 'HEAD', '/health/liveliness', {}, undefined],
  ['a slash too many', 'GET', '/v1/models/?a=b', KEY, undefined],
  ['a slash too many on an unknown path', 'GET', '/nowhere/', KEY, undefined],
  ['two slashes at the front', 'GET', '//v1/models/', KEY, undefined],
  ['a browser asks before it calls', 'OPTIONS', '/v1/chat/completions', PREFLIGHT, undefined],
  ['a browser asks for what is not', 'OPTIONS', '/nowhere', { ...PREFLIGHT, 'access-control-request-method': 'BREW' }, undefined],
  ['OPTIONS by something else', 'OPTIONS', '/v1/chat/completions', {}, undefined],
  ['a browser calls', 'GET', '/health/liveliness', BROWSER, undefined],
  ['a browser meets an error', 'GET', '/v1/models', BROWSER, undefined],
  ['a model in the path', 'POST', '/openai/deployments/chat/chat/completions', KEY, '{"messages":[]}'],
  ['a call without a key', 'POST', '/v1/messages', {}, '{}'],
  ['a call with a wrong key', 'POST', '/chat/completions', { authorization: 'Bearer sk-wrong' }, '{}'],
  ['no messages', 'POST', '/chat/completions', KEY, '{"model":"chat"}'],
  ['a response from elsewhere', 'POST', '/v1/responses', KEY, '{"model":"chat","input":"hi","previous_response_id":"resp_1"}'],
  ['an empty body', 'POST', '/chat/completions', KEY, ''],
  ['an unknown model', 'POST', '/v1/messages', KEY, '{"model":"nobody","messages":[],"max_tokens":1}'],
  ['a member missing in Anthropic’s dialect', 'POST', '/v1/messages', KEY, '{"model":"messages"}'],
];

/** Headers that differ from call to call. */
const OF_ONE_CALL = new Set([
  'date',
  'x-litellm-call-id',
  'x-stagegate-lane',
  'x-litellm-response-duration-ms',
  'x-litellm-overhead-duration-ms',
]);
const OF_THE_PROVIDERS_CALL = /^llm_provider-(?:date|connection|keep-alive)/u;

async function shown(answer: Response): Promise<object> {
  const headers = [...answer.headers].filter(([name]) => !OF_ONE_CALL.has(name) && !OF_THE_PROVIDERS_CALL.test(name));
  const body = (await answer.text()).replace(/[\da-f]{8}-[\da-f-]{27}|"created":\d+/gu, '…');
  return { status: answer.status, headers: Object.fromEntries(headers), body };
}

test.each(cases)('%s: both stages give the same answer', async (_name, method, path, headers, body) => {
  const parts = partsFor(provider.url);
  const stages = [
    createLegacyShell({ stage: 1, ...parts }),
    createLegacyShell({ stage: 2, engine: createEngine({ ...parts, upstream: createUpstream() }) }),
  ];
  const init = { method, headers: { 'content-type': 'application/json', ...headers }, ...(body !== undefined && { body }) };
  const [one, two] = await Promise.all(
    stages.map(async ({ handler }) => shown(await handler(new Request(`http://gateway.test${path}`, init)))),
  );
  expect(one).toStrictEqual(two);
});

test.each([false, true])('a served call (stream: %s): both stages give the same answer, headers included', async (stream) => {
  const parts = partsFor(provider.url);
  const call = (): Request => chatCall('http://gateway.test', { stream });
  const one = await shown(await createLegacyShell({ stage: 1, ...parts }).handler(call()));
  const engine = createEngine({ ...parts, upstream: createUpstream() });
  expect(one).toStrictEqual(await shown(await createLegacyShell({ stage: 2, engine }).handler(call())));
});
