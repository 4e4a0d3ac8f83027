import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@stagegate/core-transforms';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AcceptedDifference } from '../src/compare/accepted-differences.ts';
import { disagreements } from '../src/vectors/known.ts';
import { main } from '../src/vectors/main.ts';
import { readOptions } from '../src/vectors/options.ts';
import { playVectors, staleAccepted, type Player } from '../src/vectors/play.ts';
import { isExcluded, skipReason } from '../src/vectors/scope.ts';
import type { Observed } from '../src/vectors/observed.ts';
import type { LoadedVector, Vector } from '@stagegate/testbed';

test('options: defaults, lanes, mistakes', () => {
  expect(readOptions([])).toMatchObject({ directory: undefined, filter: '**', lanes: ['hono'] });
  expect(readOptions(['--lane', 'all'])).toMatchObject({ lanes: ['hono', 'legacy-thin', 'legacy-io', 'core'] });
  expect(readOptions(['--lane', 'legacy'])).toContain('--lane');
  expect(readOptions(['--nonsense'])).toContain('nonsense');
  expect(readOptions(['--help'])).toBe('help');
});

test('scope: skips are by route and provider, exclusions by id', () => {
  expect(skipReason('chat_completions', 'anthropic')).toBeUndefined();
  expect(skipReason('chat_completions', 'nobody')).toContain('nobody');
  expect(skipReason('nowhere', 'anthropic')).toContain('nowhere');
  expect(isExcluded('gw-mock_response_x')).toBe(true);
  expect(isExcluded('gw-other')).toBe(false);
});

const BODY = { id: 'chatcmpl-1', choices: [], note: 'a' };

const plain = (id: string, changes: Partial<Vector> = {}): LoadedVector => ({
  path: `chat_completions/openai/${id}`,
  vector: {
    id,
    route: '/v1/chat/completions',
    provider: 'openai',
    model: 'm',
    tags: [],
    litellm_params: { model: 'openai/gpt-4o', api_base: 'http://upstream.test/v1', api_key: 'k' },
    client_request: { model: 'm', messages: [] },
    provider_request: null,
    client_response: { status: 200, headers: {}, body: BODY },
    volatile: [],
    ...changes,
  },
});

const playerOf = (lane: string, body: JsonValue): Player => ({
  lane,
  play: async (): Promise<Observed> => ({ requests: [], answer: { kind: 'json', status: 200, body }, thrown: undefined }),
  close: async () => undefined,
});

const NOTE_IS_FREE: AcceptedDifference = {
  id: 'note-is-free',
  why: 'a test',
  owner: 'parity',
  expires: '2100-01-01',
  path: /^answer\.body\.note$/u,
  same: (_, got) => typeof got === 'string',
};

test('a case passes, is accepted, fails or is skipped', async () => {
  const outcomes = async (body: JsonValue, accepted: readonly AcceptedDifference[]): Promise<readonly string[]> => {
    const result = await playVectors([plain('a')], [playerOf('hono', body)], accepted);
    return result.cases.map(({ outcome }) => outcome);
  };
  expect(await outcomes(BODY, [])).toEqual(['passed']);
  expect(await outcomes({ ...BODY, note: 'b' }, [])).toEqual(['failed']);
  expect(await outcomes({ ...BODY, note: 'b' }, [NOTE_IS_FREE])).toEqual(['accepted']);
  expect(await outcomes({ ...BODY, note: 1 }, [NOTE_IS_FREE])).toEqual(['failed']);
  expect(await outcomes({ ...BODY, note: 'b', id: 'x' }, [NOTE_IS_FREE])).toEqual(['failed']);
  const elsewhere = { ...plain('a'), path: 'nowhere/openai/a' };
  expect((await playVectors([elsewhere], [playerOf('hono', BODY)], [])).cases[0]?.outcome).toBe('skipped');
  expect((await playVectors([plain('gw-mock_response_1')], [playerOf('hono', BODY)], [])).cases).toEqual([]);
});

test('lanes that differ fail, though each difference alone is accepted', async () => {
  const players = [playerOf('hono', { ...BODY, note: 'b' }), playerOf('legacy-io', { ...BODY, note: 'c' })];
  const result = await playVectors([plain('a')], players, [NOTE_IS_FREE]);
  expect(result.cases[0]).toMatchObject({
    outcome: 'failed',
    reasons: [expect.stringContaining('hono/legacy-io: lanes.answer.body.note')],
  });
});

test('accepted differences that are expired or unused are named', async () => {
  const result = await playVectors([plain('a')], [playerOf('hono', BODY)], [NOTE_IS_FREE]);
  expect(staleAccepted(result, [NOTE_IS_FREE], '2026-01-01')).toEqual(['accepted difference note-is-free covers no case']);
  expect(staleAccepted(result, [NOTE_IS_FREE], '2100-01-02')).toEqual(['accepted difference note-is-free expired on 2100-01-01']);
});

test('the known list and the play must agree', () => {
  const cases = [
    { id: 'a', outcome: 'failed' },
    { id: 'b', outcome: 'passed' },
    { id: 'c', outcome: 'failed' },
    { id: 'd', outcome: 'accepted' },
    { id: 'e', outcome: 'skipped' },
  ].map(({ id, outcome }) => ({ id, outcome: outcome as 'failed', route: 'r', provider: 'p', stream: false, reasons: [] }));
  const known = ['a', 'b', 'd', 'e', 'z'].map((id) => ({ id, cause: 'x' }));
  expect(disagreements(cases, known)).toEqual(['b is listed and passes', 'c fails and is not listed', 'd is listed and passes']);
});

let directory: string;
let printed: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vectors-'));
  mkdirSync(join(directory, 'chat_completions/gateway'), { recursive: true });
  mkdirSync(join(directory, 'chat_completions/openai'), { recursive: true });
  const missing = plain('unseen-missing', {
    provider: 'gateway',
    model: null,
    litellm_params: null,
    client_request: { model: 'unheard-of', messages: [{ role: 'user', content: 'x' }] },
    tags: ['rejected_by_gateway'],
    client_response: {
      status: 400,
      headers: {},
      body: { error: { message: 'x', type: 'invalid_request_error', param: null, code: '400' } },
    },
  }).vector;
  writeFileSync(join(directory, 'chat_completions/gateway/unseen-missing.json'), JSON.stringify(missing));
  writeFileSync(join(directory, 'chat_completions/openai/unseen-wrong.json'), JSON.stringify(plain('unseen-wrong').vector));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const run = async (...args: readonly string[]): Promise<number> => {
  printed = '';
  return main(['--dir', directory, ...args]);
};

test('plays a directory it has never seen, without deployments beside it', async () => {
  expect(await run('--filter', 'chat_completions/gateway/*')).toBe(0);
  expect(printed.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 accepted, 0 failed, 0 skipped');
  expect(await run()).toBe(1);
  expect(printed).toContain('FAIL unseen-wrong  hono: ');
  expect(printed.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 accepted, 1 failed, 0 skipped');
});

test('exit codes with a known list, and the JSON report', async () => {
  const [known, json] = [join(directory, 'known.txt'), join(directory, 'report.txt')];
  writeFileSync(known, JSON.stringify([{ id: 'unseen-wrong', cause: 'it is wrong' }]));
  expect(await run('--known', known, '--json', json)).toBe(0);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    passed: 1,
    accepted: 0,
    failed: 1,
    skipped: 0,
    cases: [
      { id: 'unseen-missing', route: '/v1/chat/completions', provider: 'gateway', stream: false, outcome: 'passed', reasons: [] },
      { id: 'unseen-wrong', outcome: 'failed' },
    ],
  });
  writeFileSync(known, JSON.stringify([{ id: 'unseen-missing', cause: 'it is fine' }]));
  expect(await run('--known', known)).toBe(1);
  expect(await run('--filter', 'nothing/**')).toBe(2);
  expect(await run('--lane', 'nobody')).toBe(2);
});
