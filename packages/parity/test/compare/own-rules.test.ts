import { expect, test } from 'vitest';
import { checkOwnAnswer, type OwnRule } from '../../src/compare/own-rules.ts';
import type { AnswerRecord } from '../../src/compare/records.ts';

const RULE: OwnRule = {
  name: 'unusable data',
  statuses: [
    [200, 200],
    [400, 599],
  ],
  envelope: 'openai',
  complete: false,
};

const stream = (...payloads: readonly string[]): AnswerRecord => ({
  kind: 'stream',
  status: 200,
  text: payloads.map((payload) => `data: ${payload}\n\n`).join(''),
});
const places = (got: AnswerRecord, changes: Partial<OwnRule> = {}): readonly string[] =>
  checkOwnAnswer(got, { ...RULE, ...changes }).map(({ path }) => path);

const call = (index: number, id: string, input: string): string =>
  JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index, id, function: { arguments: input } }] } }] });
const ERROR = { error: { message: 'm', type: 't' } };
const TEXT = '{"choices":[{"delta":{"content":"a"}}]}';
const STOP = '{"choices":[{"delta":{},"finish_reason":"stop"}]}';

test.each<[string, AnswerRecord, Partial<OwnRule>, readonly string[]]>([
  ['a fitting error', { kind: 'json', status: 502, body: ERROR }, {}, []],
  ['a status that does not fit', { kind: 'json', status: 302, body: ERROR }, {}, ['answer.status', 'answer']],
  ['the envelope of another route', { kind: 'json', status: 502, body: ERROR }, { envelope: 'anthropic' }, ['answer.body']],
  ['an error without words', { kind: 'json', status: 502, body: { error: { type: 't', message: '' } } }, {}, ['answer.body']],
  [
    'a traceback',
    { kind: 'json', status: 502, body: { error: { message: 'Traceback (most recent call last)', type: 't' } } },
    {},
    ['answer'],
  ],
  ['success out of nothing', { kind: 'json', status: 200, body: { choices: [] } }, {}, ['answer']],
  ['success where there was data', { kind: 'json', status: 200, body: { choices: [] } }, { complete: true }, []],
  ['neither JSON nor stream', { kind: 'text', status: 502, text: '<html>' }, {}, ['answer.kind']],
  ['a stream that ends in an error', stream(TEXT, JSON.stringify(ERROR)), {}, []],
  ['a false stop', stream(TEXT, STOP, JSON.stringify(ERROR)), {}, ['answer.events']],
  ['a false [DONE]', stream(TEXT, '[DONE]'), {}, ['answer.events']],
  ['a stop that is true', stream(TEXT, STOP, '[DONE]'), { complete: true }, []],
  ['no terminal event', stream(TEXT), {}, ['answer.events']],
  ['two terminal events', stream(JSON.stringify(ERROR), '[DONE]'), { complete: true }, ['answer.events']],
  ['nothing said where something was', stream(STOP, '[DONE]'), { complete: true, keeps: 'something' }, ['answer.events']],
  ['something said', stream(TEXT, STOP, '[DONE]'), { complete: true, keeps: 'something' }, []],
  ['an error after all', stream(TEXT, JSON.stringify(ERROR)), { complete: true, keeps: 'something' }, ['answer.events']],
  [
    'calls kept apart',
    stream(call(0, 'a', '{"x":'), call(1, 'b', '{}'), call(0, '', '1}'), '[DONE]'),
    { complete: true, keeps: 'calls' },
    [],
  ],
  ['calls mixed up', stream(call(0, 'a', '{}{}'), '[DONE]'), { complete: true, keeps: 'calls' }, ['answer.events']],
  ['two calls of one id', stream(call(0, 'a', '{}'), call(1, 'a', '{}'), '[DONE]'), { complete: true, keeps: 'calls' }, ['answer.events']],
  ['calls that were lost', stream(TEXT, STOP, '[DONE]'), { complete: true, keeps: 'calls' }, ['answer.events']],
  ['something after the terminal event', stream(JSON.stringify(ERROR), TEXT), {}, ['answer.events']],
])('%s', (_, got, changes, paths) => {
  expect(places(got, changes)).toEqual(paths);
});
