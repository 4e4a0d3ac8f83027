import type { JsonObject } from '@stagegate/core-transforms';
import type { Script } from '@stagegate/testbed';
import type { OwnRule } from '../compare/own-rules.ts';

/** A call of the mixed traffic. */
export interface MixedCall {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Added to those that every call has; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject | string | undefined;
  /** What the provider does; default: it answers with success. */
  readonly script?: Script;
  /** The rule for our lanes where they differ from the reference on purpose (docs/differences.md). */
  readonly own?: OwnRule;
  readonly strata: Readonly<Record<string, string>>;
}

/** The key of every call that does not set another. */
export const MASTER_KEY = 'sk-master-of-the-mixed-traffic';
/** The key that providers are called with. */
export const PROVIDER_KEY = 'sk-provider-of-the-mixed-traffic';

const MODELS = { gpt: 'openai', claude: 'anthropic', llama: 'hosted_vllm' } as const;
type ModelName = keyof typeof MODELS;

/** The configuration of both gateways. */
export function configFor(upstreamUrl: string): JsonObject {
  const key = { api_key: PROVIDER_KEY };
  return {
    model_list: [
      { model_name: 'gpt', litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, ...key } },
      { model_name: 'claude', litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, ...key } },
      { model_name: 'llama', litellm_params: { model: 'hosted_vllm/llama-3.3-70b', api_base: `${upstreamUrl}/v1`, ...key } },
      { model_name: 'scan', litellm_params: { model: 'mistral/mistral-ocr-latest', api_base: `${upstreamUrl}/v1`, ...key } },
    ],
    litellm_settings: { num_retries: 0, request_timeout: 30 },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    general_settings: { master_key: MASTER_KEY },
  };
}

interface Kind {
  readonly name: string;
  readonly stream: boolean;
  readonly tools: boolean;
  readonly chat: JsonObject;
  readonly messages: JsonObject;
  readonly responses: JsonObject;
}

const SCHEMA = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] };
const ASKED = 'What is the weather like at the sea?';
const SAID = { role: 'user', content: ASKED };
const CHAT_TOOLS = [{ type: 'function', function: { name: 'look', description: 'Looks out of the window.', parameters: SCHEMA } }];
const MESSAGES_TOOLS = [{ name: 'look', description: 'Looks out of the window.', input_schema: SCHEMA }];
const RESPONSES_TOOLS = [{ type: 'function', name: 'look', description: 'Looks out of the window.', parameters: SCHEMA }];
const USAGE = { stream: true, stream_options: { include_usage: true } };

/** One question in each client dialect. */
const KINDS: readonly Kind[] = [
  {
    name: 'text',
    stream: false,
    tools: false,
    chat: { messages: [{ role: 'system', content: 'Be brief.' }, SAID], temperature: 0.5, max_tokens: 50 },
    messages: { system: 'Be brief.', messages: [SAID], temperature: 0.5, max_tokens: 50 },
    responses: { instructions: 'Be brief.', input: ASKED, max_output_tokens: 50 },
  },
  {
    name: 'stream',
    stream: true,
    tools: false,
    chat: { messages: [SAID], ...USAGE },
    messages: { messages: [SAID], max_tokens: 50, stream: true },
    responses: { input: ASKED, stream: true },
  },
  {
    name: 'tool',
    stream: false,
    tools: true,
    chat: { messages: [SAID], tools: CHAT_TOOLS, tool_choice: 'auto' },
    messages: { messages: [SAID], max_tokens: 50, tools: MESSAGES_TOOLS, tool_choice: { type: 'auto' } },
    responses: { input: ASKED, tools: RESPONSES_TOOLS },
  },
  {
    name: 'tool-stream',
    stream: true,
    tools: true,
    chat: { messages: [SAID], tools: CHAT_TOOLS, ...USAGE },
    messages: { messages: [SAID], max_tokens: 50, tools: MESSAGES_TOOLS, stream: true },
    responses: { input: ASKED, tools: RESPONSES_TOOLS, stream: true },
  },
];

/** No `gpt` on `/v1/responses`: its provider has that API itself, and the fake one speaks chat. */
const ROUTES: readonly (readonly [path: string, dialect: 'chat' | 'messages' | 'responses', models: readonly ModelName[]])[] = [
  ['/v1/chat/completions', 'chat', ['gpt', 'claude', 'llama']],
  ['/v1/messages', 'messages', ['claude', 'llama', 'gpt']],
  ['/v1/responses', 'responses', ['claude', 'llama']],
];

function strata(route: string, model: ModelName | 'scan' | undefined, more: Readonly<Record<string, string>> = {}): MixedCall['strata'] {
  const provider = model === undefined ? 'none' : model === 'scan' ? 'mistral' : MODELS[model];
  return { route, provider, stream: 'no', tools: 'no', error: 'none', ...more };
}

function answered(): readonly MixedCall[] {
  return ROUTES.flatMap(([path, dialect, models]) =>
    KINDS.flatMap((kind) =>
      models.map((model) => ({
        id: `${path.slice(4).replace('/', '-')}-${model}-${kind.name}`,
        method: 'POST' as const,
        path,
        body: { model, ...kind[dialect] },
        strata: strata(path, model, { stream: kind.stream ? 'yes' : 'no', tools: kind.tools ? 'yes' : 'no' }),
      })),
    ),
  );
}

/** The refusals of a provider. */
const REFUSALS: readonly (readonly [status: number, type: string])[] = [
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [404, 'not_found_error'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'overloaded_error'],
];

function refusedByProvider(): readonly MixedCall[] {
  const asked = ROUTES.filter(([path]) => path !== '/v1/responses').flatMap(([path, dialect]) =>
    (['gpt', 'claude'] as const).map((model) => ({ path, dialect, model })),
  );
  return asked.flatMap(({ path, dialect, model }) =>
    REFUSALS.flatMap(([status, type]) =>
      KINDS.slice(0, 2).map((kind) => ({
        id: `${path.slice(4).replace('/', '-')}-${model}-${kind.name}-${status}`,
        method: 'POST' as const,
        path,
        body: { model, ...kind[dialect] },
        script: { status, body: { type: 'error', error: { type, message: `the provider says ${status}` } } },
        strata: strata(path, model, { stream: kind.stream ? 'yes' : 'no', error: `${Math.floor(status / 100)}xx` }),
      })),
    ),
  );
}

const CHAT = '/v1/chat/completions';

/** The rule for unknown keys: the reference has no database here, and then reports them as an error of its own. */
const NO_KEY: OwnRule = { name: 'missing or wrong key', statuses: [[401, 401]], envelope: 'openai', complete: false };
const NO_OBJECT: OwnRule = { name: 'a body that is no object', statuses: [[400, 400]], envelope: 'openai', complete: false };

function refusedHere(): readonly MixedCall[] {
  const base = { method: 'POST', path: CHAT, strata: strata(CHAT, undefined, { error: '4xx' }) } as const;
  const body = { model: 'gpt', messages: [SAID] };
  return [
    { ...base, id: 'unknown-model', body: { ...body, model: 'nobody' } },
    { ...base, id: 'no-model', body: { messages: [SAID] } },
    { ...base, id: 'no-json', body: '{"model": "gpt",' },
    { ...base, id: 'no-object', body: '["gpt"]', own: NO_OBJECT },
    { ...base, id: 'wrong-key', body, headers: { authorization: 'Bearer sk-of-nobody' }, own: NO_KEY },
    { ...base, id: 'unknown-route', path: '/v1/nothing/here', body, strata: strata('none', undefined, { error: '4xx' }) },
  ];
}

const PAGE = { type: 'document_url', document_url: 'data:application/pdf;base64,JVBERi0xLjQK' };

function others(): readonly MixedCall[] {
  const post = { method: 'POST' } as const;
  const count = '/v1/messages/count_tokens';
  return [
    { id: 'models', method: 'GET', path: '/v1/models', body: undefined, strata: strata('/v1/models', undefined) },
    { ...post, id: 'ocr', path: '/v1/ocr', body: { model: 'scan', document: PAGE }, strata: strata('/v1/ocr', 'scan') },
    { ...post, id: 'count-tokens', path: count, body: { model: 'claude', messages: [SAID] }, strata: strata(count, 'claude') },
    {
      ...post,
      id: 'completions',
      path: '/v1/completions',
      body: { model: 'claude', prompt: ASKED, max_tokens: 50 },
      strata: strata('/v1/completions', 'claude'),
    },
    {
      ...post,
      id: 'completions-stream',
      path: '/v1/completions',
      body: { model: 'claude', prompt: ASKED, max_tokens: 50, stream: true },
      strata: strata('/v1/completions', 'claude', { stream: 'yes' }),
    },
  ];
}

/** All routes built so far, whole and streamed, with and without tools, and errors of every kind; `short`: one of each. */
export function mixedTraffic(short: boolean): readonly MixedCall[] {
  const all = [...others(), ...answered(), ...refusedHere(), ...refusedByProvider()];
  if (!short) return all;
  const kinds = Map.groupBy(all, ({ strata: { route, stream, tools, error }, own }) =>
    JSON.stringify([route, stream, tools, error, own?.name]),
  );
  return [...kinds.values()].flatMap((calls) => calls.slice(0, 1));
}
