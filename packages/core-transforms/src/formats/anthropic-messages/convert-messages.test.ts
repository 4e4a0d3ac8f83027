import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { convertMessages, readMessages, type Conversation, type ConversationRules } from './convert-messages.ts';
import { EMPTY_TEXT } from './types.ts';

const RULES: ConversationRules = { takesSystem: false, mends: false, callId: 'f' };
const DATA_URL = 'data:image/png;base64,AAAA';
const PNG = { type: 'base64', media_type: 'image/png', data: 'AAAA' };

function convert(messages: readonly JsonValue[], rules: Partial<ConversationRules> = {}): Conversation {
  const read = readMessages(deepFreeze(messages));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const made = convertMessages(deepFreeze(read.value), { ...RULES, ...rules });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

function text(words: string): JsonObject {
  return { type: 'text', text: words };
}

function call(id: string, name = 'find', given = '{}'): JsonObject {
  return { id, type: 'function', function: { name, arguments: given } };
}

const CACHE = { type: 'ephemeral' };

describe('user content', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['text with a cache mark', { ...text('a'), cache_control: CACHE }, { ...text('a'), cache_control: CACHE }],
    ['an image as data', { type: 'image_url', image_url: { url: DATA_URL, detail: 'low' } }, { type: 'image', source: PNG }],
    ['an image as a bare string', { type: 'image_url', image_url: DATA_URL }, { type: 'image', source: PNG }],
    [
      'an image whose type is named',
      { type: 'image_url', image_url: { url: DATA_URL, format: 'image/webp' } },
      { type: 'image', source: { ...PNG, media_type: 'image/webp' } },
    ],
    [
      'an image at an address',
      { type: 'image_url', image_url: { url: 'https://example.com/a' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a' } },
    ],
    [
      'a file as data',
      { type: 'file', file: { file_data: 'data:application/pdf;base64,BBBB', filename: 'a' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
    ],
    [
      'a file at an address',
      { type: 'file', file: { file_id: 'https://example.com/a' } },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a' } },
    ],
    ['a file by id', { type: 'file', file: { file_id: 'file_1' } }, { type: 'container_upload', file_id: 'file_1' }],
    [
      'a PDF by id',
      { type: 'file', file: { file_id: 'file_1', format: 'application/pdf' } },
      { type: 'document', source: { type: 'file', file_id: 'file_1' } },
    ],
    [
      'an image by id',
      { type: 'file', file: { file_id: 'file_1', format: 'image/png' } },
      { type: 'image', source: { type: 'file', file_id: 'file_1' } },
    ],
    [
      'a document of the provider’s own',
      { type: 'document', source: { type: 'text', data: 'x' }, citations: { enabled: true } },
      { type: 'document', source: { type: 'text', data: 'x' }, citations: { enabled: true } },
    ],
  ])('%s', (_name, part, block) => {
    expect(convert([{ role: 'user', content: [part] }]).turns).toEqual([{ role: 'user', content: [block] }]);
  });

  test('parts the provider has no place for are left out', () => {
    const content = [{ type: 'input_audio', input_audio: {} }, text('a')];
    expect(convert([{ role: 'user', content }]).turns[0]?.content).toEqual([text('a')]);
  });

  test('neighbours are one turn; nothing of the assistant’s between them keeps them apart', () => {
    expect(
      convert([
        { role: 'user', content: 'a' },
        { role: 'user', content: [text('b')] },
      ]).turns,
    ).toEqual([{ role: 'user', content: [text('a'), text('b')] }]);
    const apart = convert([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: null },
      { role: 'user', content: 'b' },
    ]);
    expect(apart.turns.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  test('empty texts get a placeholder', () => {
    const said = convert([
      { role: 'user', content: ' ' },
      { role: 'assistant', content: [text('')] },
      { role: 'user', content: 'x' },
    ]);
    expect(said.turns.map(({ content }) => content[0])).toEqual([text(EMPTY_TEXT), text(EMPTY_TEXT), text('x')]);
  });
});

describe('tool results', () => {
  const asked = [
    { role: 'user', content: 'q' },
    { role: 'assistant', tool_calls: [call('c 1')] },
  ];

  test('keep their id, in the provider’s characters, and their cache mark', () => {
    const { turns } = convert([...asked, { role: 'tool', tool_call_id: 'c 1', content: 'r', cache_control: CACHE }]);
    expect(turns[1]?.content).toEqual([{ type: 'tool_use', id: 'c_1', name: 'find', input: {} }]);
    expect(turns[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: 'c_1', content: 'r', cache_control: CACHE }]);
  });

  test('hold texts, images, documents and references', () => {
    const content = [
      text('t'),
      { type: 'image_url', image_url: { url: DATA_URL } },
      { type: 'image_url', image_url: { url: 'data:application/pdf;base64,BBBB' } },
      { type: 'tool_reference', tool_name: 'find' },
      { type: 'video_url' },
    ];
    expect(convert([...asked, { role: 'tool', tool_call_id: 'c', content }]).turns[2]?.content[0]?.['content']).toEqual([
      text('t'),
      { type: 'image', source: PNG },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
      { type: 'tool_reference', tool_name: 'find' },
    ]);
  });

  test('of old function calls find their call', () => {
    const { turns } = convert([
      { role: 'user', content: 'q' },
      { role: 'assistant', function_call: { name: 'find', arguments: '{"a":1}' } },
      { role: 'function', name: 'find', content: 'r' },
    ]);
    expect(turns[1]?.content).toEqual([{ type: 'tool_use', id: 'call_f', name: 'find', input: { a: 1 } }]);
    expect(turns[2]?.content).toMatchObject([{ type: 'tool_result', tool_use_id: 'call_f' }]);
  });
});

describe('the assistant', () => {
  const signed = { type: 'thinking', thinking: 'hm', signature: 's' };

  test('thinks before it speaks, and speaks before it calls; thinking of other models is left out', () => {
    const message = {
      role: 'assistant',
      content: 'ok',
      thinking_blocks: [signed, { type: 'thinking', thinking: 'unsigned' }, { type: 'redacted_thinking', data: 'd' }],
      tool_calls: [call('c1'), call('c1'), call('c2', 'find', '[1')],
      provider_specific_fields: { compaction_blocks: [{ type: 'compaction', content: 'z' }] },
    };
    expect(convert([{ role: 'user', content: 'q' }, message]).turns[1]?.content).toEqual([
      { type: 'compaction', content: 'z' },
      signed,
      { type: 'redacted_thinking', data: 'd' },
      text('ok'),
      { type: 'tool_use', id: 'c1', name: 'find', input: {} },
      { type: 'tool_use', id: 'c2', name: 'find', input: [1] },
    ]);
  });

  test('keeps blocks of thinking where they stand in a list', () => {
    const content = [
      text('a'),
      signed,
      { type: 'server_tool_use', id: 'srvtoolu_1' },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1' },
    ];
    expect(
      convert([
        { role: 'user', content: 'q' },
        { role: 'assistant', content, thinking_blocks: [signed] },
      ]).turns[1]?.content,
    ).toEqual(content);
  });

  test('gets back what the provider’s tools found, each after its thinking', () => {
    const results = [{ type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }];
    const message = {
      role: 'assistant',
      content: 'so',
      thinking_blocks: [signed, { ...signed, signature: 's2' }],
      tool_calls: [call('srvtoolu_1', 'web_search', '{"query":"x"}'), call('c2')],
      provider_specific_fields: { web_search_results: results },
    };
    expect(convert([{ role: 'user', content: 'q' }, message]).turns[1]?.content.map(({ type }) => type)).toEqual([
      'thinking',
      'server_tool_use',
      'web_search_tool_result',
      'thinking',
      'text',
      'tool_use',
    ]);
  });

  test('ends without white space, where it is to go on', () => {
    expect(
      convert([
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'so \n' },
      ]).turns[1]?.content,
    ).toEqual([text('so')]);
    const before = convert([
      { role: 'assistant', content: 'so \n' },
      { role: 'user', content: 'q' },
    ]);
    expect(before.turns[0]?.content).toEqual([text('so \n')]);
  });

  test('is refused with arguments that are no JSON', () => {
    const read = readMessages([{ role: 'assistant', tool_calls: [call('c', 'find', 'nonsense')] }]);
    expect(read.ok && convertMessages(read.value, RULES)).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
  });
});
