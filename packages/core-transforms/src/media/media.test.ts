import { describe, expect, test } from 'vitest';

import { AMBIENT, deepFreeze, makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from '../call/choose-transform.ts';
import type { CallTransform } from '../contract/call-transform.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { Plan } from '../contract/plan.ts';
import type { ClientCall } from '../contract/wire.ts';
import { toRawObject } from '../json/raw-object.ts';
import { neededMedia } from './needed-media.ts';
import { withMedia } from './with-media.ts';

const URL = 'http://h/a.png';
const DATA = 'data:image/png;base64,aWk=';
const MEDIA = new Map([
  [URL, DATA],
  ['http://h/b.PDF', 'data:application/octet-stream;base64,Yg=='],
]);

function callOf(body: JsonObject): ClientCall {
  return { body: toRawObject(deepFreeze(body)), headers: {} };
}

function inlined(part: JsonValue): unknown {
  const { body } = withMedia(callOf({ messages: [{ role: 'user', content: [part] }] }), MEDIA);
  expect(JSON.parse(body.text)).toStrictEqual(body.value);
  return JSON.parse(body.text).messages[0].content[0];
}

describe('content in place of addresses', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'a picture',
      { type: 'image_url', image_url: { url: URL, detail: 'low' } },
      { type: 'image_url', image_url: { url: DATA, detail: 'low' } },
    ],
    ['a picture, in short', { type: 'image_url', image_url: URL }, { type: 'image_url', image_url: DATA }],
    ['a file', { type: 'file', file: { file_id: URL, filename: 'x' } }, { type: 'file', file: { filename: 'x', file_data: DATA } }],
    [
      'a PDF by its name',
      { type: 'file', file: { file_id: 'http://h/b.PDF' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,Yg==' } },
    ],
    ['a picture to the responses API', { type: 'input_image', image_url: URL }, { type: 'input_image', image_url: DATA }],
    ['a file to the responses API', { type: 'input_file', file_url: URL }, { type: 'input_file', file_data: DATA }],
    [
      'a picture in Anthropic’s words, in a tool’s result',
      { type: 'tool_result', content: [{ type: 'image', source: { type: 'url', url: URL }, cache_control: {} }] },
      {
        type: 'tool_result',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aWk=' }, cache_control: {} }],
      },
    ],
    ['what was not fetched', { type: 'image_url', image_url: 'http://h/other' }, { type: 'image_url', image_url: 'http://h/other' }],
    ['the address as a text', { type: 'text', text: URL }, { type: 'text', text: URL }],
  ])('%s', (_, part, expected) => {
    expect(inlined(part)).toStrictEqual(expected);
  });

  test('all else of a body keeps its text', () => {
    const call = { ...callOf({}), body: { ...toRawObject({}), ...scanned('{"seed": 9007199254740993, "messages":[{"content":[]}]}') } };
    expect(withMedia(call, MEDIA).body.text).toBe(call.body.text);
  });
});

function scanned(text: string): Pick<ClientCall['body'], 'text' | 'value'> {
  return { text, value: JSON.parse(text) };
}

function transformOf(plan: Plan): CallTransform {
  const chosen = chooseTransform(plan);
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.error));
  return chosen.value;
}

describe('what a provider cannot read itself', () => {
  const picture = (url: string): JsonObject => ({ type: 'image_url', image_url: { url } });
  const messages = [
    { role: 'user', content: [picture('http://h/1.png'), picture('https://h/2.png')] },
    { role: 'user', content: [picture('https://h/3.png'), picture(DATA), picture('http://h/1.png')] },
  ];
  test.each<[string, readonly string[]]>([
    ['anthropic/claude-sonnet-4-5', ['http://h/1.png']],
    ['bedrock/converse/anthropic.claude-sonnet-4-5-20250929-v1:0', ['http://h/1.png', 'https://h/2.png', 'https://h/3.png']],
    ['bedrock/invoke/anthropic.claude-sonnet-4-5-20250929-v1:0', ['http://h/1.png', 'https://h/2.png', 'https://h/3.png']],
    ['gemini/gemini-2.5-flash', ['http://h/1.png', 'https://h/2.png', 'https://h/3.png']],
    ['vertex_ai/gemini-2.5-flash', ['http://h/1.png']],
    ['openai/gpt-4o', []],
  ])('%s', (name, urls) => {
    const plan = makePlan(name);
    const [transform, call] = [transformOf(plan), callOf({ messages })];
    const needed = neededMedia(transform, call, plan, AMBIENT, 10);
    expect(needed).toStrictEqual(urls);
    const fetched = new Map(needed.map((url) => [url, DATA]));
    expect(transform.request(withMedia(call, fetched), plan, AMBIENT)).toMatchObject({ ok: true });
  });

  test('looks no further than it may, and not at all where a call is wrong', () => {
    const plan = makePlan('gemini/gemini-2.5-flash');
    expect(neededMedia(transformOf(plan), callOf({ messages }), plan, AMBIENT, 1)).toHaveLength(2);
    expect(neededMedia(transformOf(plan), callOf({ messages: 'none' }), plan, AMBIENT, 10)).toStrictEqual([]);
  });
});
