import { describe, expect, test } from 'vitest';
import { bodyText } from '../../../test/body-text.ts';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { scanRawObject, toRawObject, type RawObject } from '../../json/raw-object.ts';
import { nativeMessages } from './native-messages.ts';

const BUDGET_MODEL = 'anthropic/claude-sonnet-4-5';
const ADAPTIVE_MODEL = 'anthropic/claude-opus-4-7';
const EFFORT_MODEL = 'anthropic/claude-opus-4-5';

function plan(model = BUDGET_MODEL, wishes: PlanWishes = {}): ReturnType<typeof makePlan> {
  return makePlan(model, { dialect: 'anthropic-messages', ...wishes });
}

function scan(text: string): RawObject {
  const scanned = scanRawObject(new TextEncoder().encode(text));
  if (!scanned.ok) throw new Error(JSON.stringify(scanned.error));
  return scanned.value;
}

function outcome(
  body: JsonObject,
  model?: string,
  headers: Record<string, string> = {},
  wishes?: PlanWishes,
): ReturnType<typeof nativeMessages.request> {
  const raw = toRawObject({ model: 'group', max_tokens: 2000, messages: [], ...body });
  deepFreeze(raw.value);
  return nativeMessages.request({ body: raw, headers }, deepFreeze(plan(model, wishes)), AMBIENT);
}

function request(...given: Parameters<typeof outcome>): ProviderRequest {
  const made = outcome(...given);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

function sent(...given: Parameters<typeof outcome>): Record<string, JsonValue> {
  return JSON.parse(bodyText(request(...given)));
}

describe('request', () => {
  test('what need not change keeps its text', () => {
    const body = '{ "max_tokens" : 1.0e3,"model":"group", "messages":[ {"role":"user","content":"a","new":9007199254740993} ] }';
    const made = nativeMessages.request({ body: scan(body), headers: {} }, plan(), AMBIENT);
    expect(made.ok && bodyText(made.value)).toBe(
      '{ "max_tokens" : 1.0e3,"model":"claude-sonnet-4-5", "messages":[ {"role":"user","content":"a","new":9007199254740993} ],"stream":false }',
    );
  });

  test('goes to the provider’s own address, or the deployment’s', () => {
    expect(request({}).url).toBe('https://api.anthropic.com/v1/messages');
    expect(request({}, BUDGET_MODEL, {}, { apiBase: 'https://example.com/x' }).url).toBe('https://example.com/x/v1/messages');
    expect(request({}, BUDGET_MODEL, {}, { apiBase: 'https://example.com/v1/messages' }).url).toBe('https://example.com/v1/messages');
    expect(request({}).auth).toEqual({ kind: 'header', header: 'x-api-key', scheme: '' });
  });

  test('members the reference does not hand on are left out, nulls too', () => {
    expect(sent({ service_tier: 'auto', new: 1, top_k: null, metadata: { user_id: 'u', x: 1 }, tags: ['t'] })).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 2000,
      messages: [],
      stream: false,
      metadata: { user_id: 'u' },
    });
  });

  test('deployment defaults give way', () => {
    const wishes = { stream: true, settings: { defaults: { temperature: 0.1, max_tokens: 1, x: 1 }, additionalDropParams: ['top_p'] } };
    expect(sent({ top_p: 1 }, BUDGET_MODEL, {}, wishes)).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 2000,
      messages: [],
      stream: true,
      temperature: 0.1,
    });
  });

  test.each<[string, string, JsonObject, JsonObject]>([
    [
      'a budget',
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
    ],
    [
      'a budget, adaptive',
      ADAPTIVE_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    ],
    [
      'adaptive, with a budget',
      BUDGET_MODEL,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low', format: {} } },
      { thinking: { type: 'enabled', budget_tokens: 1024 }, output_config: { format: {} } },
    ],
    [
      'adaptive where no budget fits',
      BUDGET_MODEL,
      { max_tokens: 100, thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      { max_tokens: 100 },
    ],
    [
      'adaptive for a model with efforts only',
      EFFORT_MODEL,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      { output_config: { effort: 'low' } },
    ],
    [
      "OpenAI's effort",
      BUDGET_MODEL,
      { reasoning_effort: 'high', temperature: 0.5 },
      { thinking: { type: 'enabled', budget_tokens: 1999 } },
    ],
    [
      "OpenAI's effort, adaptive",
      ADAPTIVE_MODEL,
      { reasoning_effort: 'high' },
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } },
    ],
    ['no effort', ADAPTIVE_MODEL, { reasoning_effort: 'none', thinking: { type: 'adaptive' } }, {}],
    ['disabled', BUDGET_MODEL, { thinking: { type: 'disabled' } }, { thinking: { type: 'disabled' } }],
  ])('thinking: %s', (_name, model, given, expected) => {
    const { model: _model, messages: _messages, stream: _stream, ...rest } = sent(given, model);
    expect(rest).toEqual({ max_tokens: 2000, ...expected });
  });

  test.each<[string, JsonObject, string, string]>([
    ['no max_tokens', { max_tokens: undefined }, BUDGET_MODEL, 'bad-request'],
    ['no messages', { messages: undefined }, BUDGET_MODEL, 'bad-request'],
    ['an effort nobody knows', { reasoning_effort: 'enormous' }, BUDGET_MODEL, 'bad-request'],
    ['sampling that the model lost', { temperature: 0.5 }, ADAPTIVE_MODEL, 'unsupported-params'],
    ['speed without fast mode', { speed: 'fast' }, BUDGET_MODEL, 'unsupported-params'],
  ])('%s: refused', (_name, given, model, kind) => {
    const { max_tokens: _maxTokens, messages: _messages, ...rest } = { max_tokens: 1, messages: [], ...given };
    const raw = toRawObject(
      Object.fromEntries(
        Object.entries({ model: 'g', max_tokens: 1, messages: [], ...given, ...rest }).filter(([, value]) => value !== undefined),
      ),
    );
    expect(nativeMessages.request({ body: raw, headers: {} }, plan(model), AMBIENT)).toMatchObject({ ok: false, error: { kind } });
  });

  test('histories from elsewhere are made fit', () => {
    const messages = [
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: ' ' },
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'thinking', thinking: '', signature: 'own' },
          { type: 'thinking', thinking: 'x', signature: 'litellm_encrypted_reasoning:z' },
          { type: 'tool_use', id: 'functions.a:0', name: 'a', input: {}, provider_specific_fields: {} },
          { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'k' } },
          { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result', title: 'T', url: 'U' }] },
          { type: 'server_tool_use', id: 's2', name: 'advisor' },
          { type: 'advisor_tool_result', tool_use_id: 's2', content: 'x' },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'functions.a:0', content: 'r' }] },
      { role: 'user', content: [{ type: 'text', text: '' }] },
    ];
    expect(sent({ messages })['messages']).toEqual([
      messages[0],
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 'own' },
          { type: 'tool_use', id: 'functions_a_0', name: 'a', input: {} },
          { type: 'text', text: "Web search results for 'k':\n\nTitle: T\nURL: U" },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'functions_a_0', content: 'r' }] },
    ]);
  });

  test('betas of the client, the deployment and the body are one set; the client’s version stays', () => {
    const settings = { extraHeaders: { 'anthropic-beta': 'b,a', 'x-own': '1' } };
    const made = request(
      { output_config: { format: {} } },
      ADAPTIVE_MODEL,
      { 'anthropic-beta': 'c, a', 'anthropic-version': '2024-01-01', 'user-agent': 'x' },
      { settings },
    );
    expect(made.headers).toEqual({
      'content-type': 'application/json',
      'anthropic-version': '2024-01-01',
      'anthropic-beta': 'a,b,c,structured-outputs-2025-11-13',
      'x-own': '1',
    });
  });

  test.each<[string, JsonObject, readonly string[]]>([
    [
      'edits',
      { context_management: { edits: [{ type: 'compact_20260112' }, { type: 'clear' }] } },
      ['compact-2026-01-12', 'context-management-2025-06-27'],
    ],
    ['tools that look for tools', { tools: [{ type: 'tool_search_tool_bm25_20251119', name: 'x' }] }, ['advanced-tool-use-2025-11-20']],
    ['an advisor', { tools: [{ type: 'advisor_20260301' }] }, ['advisor-tool-2026-03-01']],
    ['compaction', { compaction: {} }, ['compact-2026-09-04']],
    ['signed compaction', { messages: [{ role: 'assistant', content: [{ type: 'compaction', signature: 's' }] }] }, ['compact-2026-09-04']],
    ['safeguards', { safeguards: [] }, ['dangerous-tool-use-2026-09-03']],
    ['per-turn output', { messages: [{ role: 'user', content: 'x', output_config: {} }] }, ['per-turn-control-2026-07-01']],
    ['shown thinking', { thinking: { type: 'enabled', budget_tokens: 1024, display: 'updates' } }, ['thinking-display-updates-2026-08-18']],
    [
      'changed tools',
      { messages: [{ role: 'system', content: [{ type: 'tool_addition', tool: { type: 'tool_reference' } }] }] },
      ['mid-conversation-tool-changes-2026-07-01'],
    ],
  ])('a beta for %s', (_name, body, betas) => {
    expect(request(body).headers['anthropic-beta']?.split(',')).toEqual(betas);
  });
});

describe('response', () => {
  const call = { body: toRawObject({}), headers: {} };
  const respond = (body: string): ReturnType<typeof nativeMessages.response> =>
    nativeMessages.response({ status: 200, headers: {}, body }, call, plan(), AMBIENT);

  test('only the model changes', () => {
    expect(respond('{"model": "m", "id":9007199254740993, "usage":{"input_tokens":1}}')).toEqual({
      ok: true,
      value: { body: '{"model": "group", "id":9007199254740993, "usage":{"input_tokens":1}}', usage: { input_tokens: 1 } },
      notes: [],
    });
  });

  test.each([
    ['', 'bad-upstream'],
    ['<html>', 'bad-upstream'],
    ['{"type":"error","error":{"message":"oh"}}', 'upstream-refused'],
  ])('%j is no answer', (body, kind) => {
    expect(respond(body)).toMatchObject({ ok: false, error: { kind } });
  });
});

test.each([
  [400, 'invalid_request_error', 'Bad value', { status: 400, reason: 'other' }],
  [400, 'invalid_request_error', 'prompt is too long: 2 tokens > 1 maximum', { reason: 'context-window', shown: { status: 400 } }],
  [400, 'invalid_request_error', 'Output blocked by content filtering policy', { reason: 'content-policy', shown: { status: 400 } }],
  [413, 'request_too_large', 'Too large', { status: 413, shown: { status: 400 } }],
  [529, 'overloaded_error', 'Busy', { status: 529, shown: { status: 500 } }],
])('status %i %s: %s', (status, type, message, expected) => {
  const body = JSON.stringify({ type: 'error', error: { type, message } });
  expect(nativeMessages.error({ status, headers: {}, body }, plan())).toMatchObject({ kind: 'upstream-refused', message, ...expected });
});
