import { describe, expect, test } from 'vitest';
import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { chooseTool, prepareTools, toSearchTool } from './prepare-tools.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5');
const SCHEMA = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'], additionalProperties: false };

function toFunction(definition: JsonObject, rest: JsonObject = {}): JsonObject {
  return { type: 'function', function: { name: 'find', ...definition }, ...rest };
}

const FIND = { name: 'find', type: 'custom', input_schema: { type: 'object', properties: {} } };

/** A schema that refers to another one twice. */
function pair(name: string): JsonObject {
  const twice = { $ref: `#/definitions/${name}` };
  return { type: 'object', properties: { a: twice, b: twice } };
}

describe('prepareTools', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['a function', toFunction({ description: 'd', parameters: SCHEMA, strict: true }), { ...FIND, description: 'd', input_schema: SCHEMA }],
    ['a function without parameters', toFunction({}), FIND],
    ['a schema that is no object', toFunction({ parameters: { type: 'string', title: 't' } }), FIND],
    [
      'definitions the provider cannot resolve',
      toFunction({ parameters: { properties: { a: { $ref: '#/definitions/A' } }, definitions: { A: { type: 'number' } } } }),
      { ...FIND, input_schema: { type: 'object', properties: { a: { type: 'number' } } } },
    ],
    [
      'marks on the function',
      toFunction({ cache_control: { type: 'ephemeral' }, defer_loading: true, allowed_callers: ['x'], input_examples: [{}] }),
      { ...FIND, cache_control: { type: 'ephemeral' }, defer_loading: true, allowed_callers: ['x'], input_examples: [{}] },
    ],
    [
      'marks on the tool',
      toFunction({}, { cache_control: { type: 'ephemeral' }, eager_input_streaming: true }),
      { ...FIND, cache_control: { type: 'ephemeral' }, eager_input_streaming: true },
    ],
    ['a tool in the provider’s shape', { name: 'x', input_schema: {} }, { name: 'x', input_schema: {} }],
    [
      'a tool of the provider’s own',
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    ],
    [
      'a computer',
      { type: 'computer_20250124', function: { name: 'computer', parameters: { display_width_px: 1, display_height_px: 2 } } },
      { type: 'computer_20250124', name: 'computer', display_width_px: 1, display_height_px: 2 },
    ],
    [
      'an advisor',
      { type: 'advisor_20260301', model: 'm', max_uses: 1, x: 1 },
      { type: 'advisor_20260301', name: 'advisor', model: 'm', max_uses: 1 },
    ],
    ['a namespace', { type: 'namespace', tools: [{ name: 'find' }] }, FIND],
  ])('%s', (_name, given, expected) => {
    expect(prepareTools(deepFreeze([given]))).toMatchObject({ ok: true, value: { tools: [expected], servers: [] } });
  });

  test('MCP servers stand apart', () => {
    const mcp = {
      type: 'mcp',
      server_url: 'https://example.com',
      server_label: 'l',
      allowed_tools: ['a'],
      headers: { Authorization: 'Bearer t' },
    };
    const made = prepareTools([mcp, { type: 'url', url: 'u', name: 'n' }]);
    expect(made).toMatchObject({
      ok: true,
      value: {
        tools: [],
        servers: [
          { type: 'url', url: 'https://example.com', name: 'l', tool_configuration: { allowed_tools: ['a'] }, authorization_token: 't' },
          { type: 'url', url: 'u', name: 'n' },
        ],
      },
    });
  });

  test.each<[string, JsonObject]>([
    ['no type', {}],
    ['an unknown type', { type: 'hammer' }],
    ['no name', { type: 'function', function: {} }],
    ['a hosted tool without a name', { type: 'bash_20250124' }],
    ['a computer without a display', { type: 'computer_20250124', name: 'computer' }],
    ['defer_loading that is no boolean', toFunction({ defer_loading: 'yes' })],
    ['callers that are no strings', toFunction({ allowed_callers: [1] })],
    ['eager_input_streaming that is no boolean', toFunction({ eager_input_streaming: 'yes' })],
  ])('%s: 400', (_name, given) => {
    expect(prepareTools([given])).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
  });

  test('a schema that grows without end is refused', () => {
    const names = Array.from({ length: 26 }, (_, index) => `D${index}`);
    const definitions = Object.fromEntries(names.map((name, index) => [name, pair(names[index + 1] ?? 'none')]));
    expect(prepareTools([toFunction({ parameters: { ...pair('D0'), definitions } })])).toMatchObject({ ok: false });
  });
});

describe('chooseTool', () => {
  test.each<[string, JsonObject[string], boolean | undefined, JsonObject | undefined]>([
    ['auto', 'auto', undefined, { type: 'auto' }],
    ['none, whatever else is said', 'none', false, { type: 'none' }],
    ['required', 'required', true, { type: 'any', disable_parallel_tool_use: false }],
    [
      'a function',
      { type: 'function', function: { name: 'find' } },
      false,
      { type: 'tool', name: 'find', disable_parallel_tool_use: true },
    ],
    ['nothing but parallel calls', undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    ['a word nobody knows', 'sometimes', undefined, undefined],
  ])('%s', (_name, choice, parallel, expected) => {
    expect(chooseTool(choice, parallel, PLAN)).toMatchObject({ ok: true, value: expected });
  });

  test('a model that cannot be forced refuses, or falls back to auto', () => {
    const denies = new Set(['forced_tool_use']);
    const facts = {
      ...(PLAN.facts ?? {
        mode: 'chat',
        outputTokensMax: 1,
        inputTokensMax: 1,
        supports: new Set<string>(),
        reasoningEfforts: undefined,
        defaultReasoningEffort: undefined,
      }),
      denies,
    };
    expect(chooseTool('required', undefined, { ...PLAN, facts })).toMatchObject({ ok: false, error: { params: ['tool_choice'] } });
    const dropping = { ...PLAN, facts, settings: { ...PLAN.settings, dropParams: true } };
    expect(chooseTool({ type: 'function', function: { name: 'x' } }, true, dropping)).toEqual({
      ok: true,
      value: { type: 'auto', disable_parallel_tool_use: false },
      notes: [],
    });
  });
});

test('search options', () => {
  expect(toSearchTool({})).toEqual({ type: 'web_search_20250305', name: 'web_search' });
  expect(
    toSearchTool({ search_context_size: 'medium', user_location: { type: 'approximate', approximate: { city: 'Lyon', x: 1 } } }),
  ).toEqual({
    type: 'web_search_20250305',
    name: 'web_search',
    max_uses: 5,
    user_location: { type: 'approximate', city: 'Lyon' },
  });
});
