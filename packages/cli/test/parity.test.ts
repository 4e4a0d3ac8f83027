import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVerdicts } from '@stagegate/gateway-engine/cutover';
import { packRecord, readRecords, RecordWriter } from '@stagegate/gateway-engine/record';
import { startFakeUpstream, type FakeUpstream, type Script } from '@stagegate/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder, run, serve } from './spawn-serve.ts';

/** `stagegate parity` as it is run: traffic that a gateway has recorded, through every lane. `npm test` keeps the report. */

const KEY = 'sk-of-this-test';
const REPORT = join(import.meta.dirname, '../.results/parity');
const ROUNDS = 6;

let provider: FakeUpstream;
let folder = '';

beforeAll(async () => {
  provider = await startFakeUpstream();
  folder = makeFolder({ 'config.yaml': configFor(provider.url) });
  await recordTraffic();
}, 120_000);

afterAll(() => provider.close());

function configFor(url: string): string {
  return `
model_list:
  - { model_name: chat, litellm_params: { model: openai/gpt-4o, api_base: "${url}/v1", api_key: os.environ/KEY_OF_CHAT } }
  - { model_name: claude, litellm_params: { model: anthropic/claude-sonnet-4-5, api_base: "${url}", api_key: k } }
  - { model_name: llama, litellm_params: { model: groq/llama-3.3-70b-versatile, api_base: "${url}/v1", api_key: k } }
  - { model_name: ocr, litellm_params: { model: mistral/mistral-ocr-latest, api_base: "${url}/v1", api_key: k } }
  - { model_name: demo, litellm_params: { model: custom_openai/demo, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: k } }
litellm_settings: { num_retries: 0 }
router_settings: { num_retries: 0, disable_cooldowns: true }
migration:
  record: { dir: records, sample: 1 }
  rules:
    - { name: chat-openai, match: { route: /v1/chat/completions, provider: openai }, lane: legacy-io, candidate: { lane: hono, mode: off } }
    - { name: messages, match: { route: /v1/messages }, lane: legacy-thin, candidate: { lane: hono, mode: off } }
  default: { lane: legacy-io }
`;
}

/** A call of every kind, some of which fail. */
async function recordTraffic(): Promise<void> {
  const gateway = await serve([], folder, { LITELLM_MASTER_KEY: KEY, KEY_OF_CHAT: 'k' });
  const call = async (path: string, body: object, script?: Script): Promise<void> => {
    if (script !== undefined) provider.enqueue(script);
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    await (await fetch(gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  };
  const tools = [
    { type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    const messages = [{ role: 'user', content: `What is written here, number ${round}?` }];
    for (const model of ['chat', 'claude', 'llama']) {
      await call('/v1/chat/completions', { model, messages });
      await call('/v1/chat/completions', { model, messages, stream: true, stream_options: { include_usage: true } });
      await call('/v1/chat/completions', { model, messages, tools });
      await call('/v1/messages', { model, messages, max_tokens: 100 });
      await call('/v1/messages', { model, messages, max_tokens: 100, stream: true });
    }
    await call('/v1/chat/completions', { model: 'chat', messages }, { status: 429, retryAfterSeconds: 1 });
    await call('/v1/chat/completions', { model: 'claude', messages }, { status: 500 });
    await call('/v1/chat/completions', { model: 'chat', messages, stream: true }, { cutAfterBytes: 300, end: 'reset' });
    await call('/v1/chat/completions', { model: 'nobody', messages });
    await call('/v1/chat/completions', { model: 'chat' });
    await call('/v1/ocr', { model: 'ocr', document: { type: 'document_url', document_url: 'https://documents.test/a.pdf' } });
  }
  // Its provider is at home in the gateway alone: a replay has none, and needs none.
  await call('/v1/chat/completions', { model: 'demo', messages: [{ role: 'user', content: 'Hello!' }] });
  gateway.child.kill('SIGTERM');
  await gateway.ended;
}

const CALLS = ROUNDS * 21 + 1;
const RUN = ['--records', 'records', '--data', 'data'];

interface Ended {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

const stagegate = async (...words: readonly string[]): Promise<Ended> => {
  const started = run(words, folder);
  return { code: await started.ended, out: started.stdout(), err: started.stderr() };
};

const lines = (data = 'data'): readonly string[] =>
  readdirSync(join(folder, data, 'parity/run'))
    .filter((name) => name.startsWith('comparisons'))
    .flatMap((name) => readFileSync(join(folder, data, 'parity/run', name), 'utf8').split('\n'))
    .filter((line) => line !== '');

test('recorded traffic, replayed without the keys it was recorded with, is the same in every lane', async () => {
  const { code, out, err } = await stagegate('parity', 'replay', ...RUN, '--jobs', '2', '--noise', '0.2');
  // Too few calls for a pass, and nothing against one.
  expect({ code, mismatched: /, [1-9]\d* mismatched/u.exec(out)?.[0] }, out + err).toStrictEqual({ code: 3, mismatched: undefined });
  expect(lines().length).toBe(CALLS);
  const outcomes = Map.groupBy(
    lines().map((line) => JSON.parse(line) as { outcome: string; rule: string }),
    ({ outcome }) => outcome,
  );
  expect([...outcomes.keys()]).toStrictEqual(['matched']);
  const verdicts = parseVerdicts(readFileSync(join(folder, 'data/parity/verdicts.json'), 'utf8'));
  expect(verdicts).toMatchObject({
    ok: true,
    file: {
      verdicts: [
        { rule: 'chat-openai', serving: 'legacy-io', candidate: 'hono', verdict: 'inconclusive', mismatched: 0, samples: ROUNDS * 6 },
        { rule: 'messages', serving: 'legacy-thin', candidate: 'hono', verdict: 'inconclusive', mismatched: 0, samples: ROUNDS * 6 },
      ],
    },
  });
}, 120_000);

const idOf = (line: string): string => (JSON.parse(line) as { id: string }).id;

test('a run that was broken off goes on where it stopped', async () => {
  const file = join(folder, 'data/parity/run/comparisons-0.jsonl');
  const whole = lines();
  truncateSync(file, readFileSync(file).length - 30);
  const { code, err } = await stagegate('parity', 'replay', ...RUN, '--resume', '--noise', '0.2');
  expect(err).toContain('1 record, ');
  expect(code).toBe(3);
  const left = lines().filter((line) => line.endsWith('}'));
  expect(left.map(idOf).toSorted()).toStrictEqual(whole.map(idOf).toSorted());
}, 120_000);

/** Every recorded call so often, each time under another id. */
async function multiply(dir: string, times: number): Promise<void> {
  const writer = new RecordWriter({ dir: join(folder, dir), bytesMax: 1e9 });
  for await (const record of readRecords(join(folder, 'records'))) {
    for (let time = 0; time < times; time += 1) writer.append(packRecord({ ...record, id: `${record.id}-${time}` }));
    await writer.flush();
  }
  await writer.close();
}

test.each([1, 2])(
  'Ctrl-C stops a replay in %i processes in good order, and --resume goes on with it',
  { timeout: 300_000 },
  async (jobs) => {
    const [records, data, times] = ['many', `stopped-${jobs}`, 20];
    if (!existsSync(join(folder, records))) await multiply(records, times);
    const words = ['parity', 'replay', '--records', records, '--data', data, '--noise', '0', '--jobs', String(jobs)];
    const started = run(words, folder);
    // Results are written many at once: after the first of them most calls are still to come.
    const hasResults = (): boolean => existsSync(join(folder, data, 'parity/run')) && lines(data).length > 0;
    await expect.poll(hasResults, { timeout: 120_000, interval: 5 }).toBe(true);
    started.child.kill('SIGINT');
    started.child.kill('SIGTERM'); // a terminal and a parent may both pass it on; two of one kind may arrive as one
    expect(await started.ended, started.stderr()).toBe(130);
    const done = lines(data).length;
    expect(done).toBeLessThan(CALLS * times);
    expect(started.stderr()).toContain(
      `broken off after ${done.toLocaleString('en')} records; no verdict. The same command with --resume goes on\n`,
    );
    expect([started.stdout(), existsSync(join(folder, data, 'parity/verdicts.json'))]).toStrictEqual(['', false]);
    const unfinished = await stagegate('parity', 'report', '--data', data, '--out', 'unfinished');
    expect(unfinished).toMatchObject({ code: 3, out: expect.stringContaining('of a run that has not ended') });

    const resumed = await stagegate(...words, '--resume');
    expect(resumed.code, resumed.err).toBe(3);
    expect(resumed.err).toContain(`${(CALLS * times - done).toLocaleString('en')} records, `);
    expect(new Set(lines(data).map(idOf)).size).toBe(CALLS * times);
    expect(lines(data).length).toBe(CALLS * times);
    expect(existsSync(join(folder, data, 'parity/verdicts.json'))).toBe(true);
  },
);

test('the calls of one rule are played alone', async () => {
  const words = ['--records', 'records', '--data', 'one', '--noise', '0', '--jobs', '2'];
  const { code, err } = await stagegate('parity', 'replay', ...words, '--rule', 'messages');
  expect(code, err).toBe(3);
  expect(err).toContain(`${CALLS - ROUNDS * 6} records of other rules passed over\n`);
  expect(lines('one').map((line) => (JSON.parse(line) as { rule: string }).rule)).toStrictEqual(Array(ROUNDS * 6).fill('messages'));
  expect(await stagegate('parity', 'replay', ...words, '--rule', 'nobody')).toMatchObject({
    code: 2,
    err: '--rule: there is no rule "nobody"; the rules: chat-openai, messages, default\n',
  });
}, 60_000);

test('reports of the run, in every format', async () => {
  mkdirSync(REPORT, { recursive: true });
  const { code, out } = await stagegate('parity', 'report', '--data', 'data', '--out', REPORT, '--format', 'html,md,json,junit');
  expect(code).toBe(3);
  expect(out).toContain('parity: inconclusive');
  expect(['parity.html', 'parity.md', 'parity.json', 'junit.xml'].filter((name) => !existsSync(join(REPORT, name)))).toStrictEqual([]);
  expect(readFileSync(join(REPORT, 'parity.md'), 'utf8')).toContain('| chat-openai | legacy-io → hono | **inconclusive** |');
  expect(readFileSync(join(REPORT, 'junit.xml'), 'utf8')).toContain(`tests="${CALLS}" failures="0"`);
});

test('golden vectors that are not there are one line', async () => {
  const { code, err } = await stagegate('parity', 'vectors', '--dir', 'nowhere');
  expect([code, err]).toStrictEqual([2, 'nowhere does not exist\n']);
});

test('a report as JSON goes to standard output, and writes nothing', async () => {
  const { code, out } = await stagegate('parity', 'report', '--data', 'data', '--json', '--out', 'unwritten');
  expect([code, JSON.parse(out)]).toMatchObject([3, { verdict: 'inconclusive' }]);
  expect(existsSync(join(folder, 'unwritten'))).toBe(false);
});

test('a variable that is not set and holds no key is named, once', async () => {
  writeFileSync(join(folder, 'unset.yaml'), configFor(provider.url).replaceAll(`"${provider.url}/v1"`, 'os.environ/HOST_OF_ALL'));
  const replay = ['parity', 'replay', '--records', 'records', '--data', 'unset', '--config', 'unset.yaml', '--lanes', 'hono'];
  const { err } = await stagegate(...replay, '--jobs', '2');
  expect(err.split('\n').filter((line) => line.startsWith('warning: '))).toStrictEqual([
    'warning: HOST_OF_ALL is not set, which the config takes model_list[0].litellm_params.api_base and 2 more from: calls may differ for this alone',
  ]);
}, 60_000);

test('a report of some rules has their verdict alone', async () => {
  const file = join(folder, 'data/parity/run/run.json');
  const whole = readFileSync(file, 'utf8');
  const run = JSON.parse(whole) as { rules: { name: string; gate: object }[] };
  // As many samples as there are show what is asked of this rule, and of no other.
  const easy = { mismatch_max: 0.5, stratum_min: 1 };
  const rules = run.rules.map((rule) => (rule.name === 'messages' ? { ...rule, gate: { ...rule.gate, ...easy } } : rule));
  writeFileSync(file, JSON.stringify({ ...run, rules }));
  const report = (...words: readonly string[]): Promise<Ended> =>
    stagegate('parity', 'report', '--data', 'data', '--out', 'some', ...words);
  expect((await report()).code).toBe(3);
  const { code, out } = await report('--rule', 'messages');
  expect([code, out]).toStrictEqual([0, expect.stringContaining('parity: pass\n')]);
  const text = readFileSync(join(folder, 'some/parity.md'), 'utf8');
  expect(text).toContain('of 3 rules only messages');
  expect(text).not.toContain('| chat-openai |');
  expect(readFileSync(join(folder, 'some/junit.xml'), 'utf8')).toContain(`tests="${ROUNDS * 6}" failures="0"`);
  expect((await report('--rule', 'messages', 'chat-openai')).code).toBe(3);
  expect(await report('--rule', 'nobody')).toMatchObject({
    code: 2,
    err: '--rule: there is no rule "nobody"; the rules: chat-openai, messages, default\n',
  });
  writeFileSync(file, whole);
}, 60_000);

test("a call's way through the lanes is explained", async () => {
  const { id } = JSON.parse(lines()[0] ?? '{}') as { id: string };
  const { code, out } = await stagegate('parity', 'explain', id.slice(0, -1), '--records', 'records');
  expect(code, out).toBe(0);
  expect(out).toContain('They do not part.');
  expect(out).toMatch(/outbound request +POST \/v1\/chat\/completions \d+ chars +=/u);
  const asJson = await stagegate('parity', 'explain', id, '--json');
  expect([asJson.code, JSON.parse(asJson.out)]).toMatchObject([0, { id, rule: 'chat-openai', declined: [], places: [] }]);
  expect((await stagegate('parity', 'explain', 'nobody', '--records', 'records')).code).toBe(2);
});

test('an accepted difference parts nothing, and what is not accepted does', async () => {
  const warm = configFor(provider.url).replace('api_key: os.environ/KEY_OF_CHAT', '$&, temperature: 0.5');
  writeFileSync(join(folder, 'warm.yaml'), warm);
  const entry = {
    id: 'warm',
    why: 'a test',
    owner: 'us',
    expires: '2999-01-01',
    path: String.raw`^request\.body\.temperature$`,
    got: 'present',
  };
  writeFileSync(join(folder, 'accepted.json'), JSON.stringify([entry]));
  const id = idOf(lines()[0] ?? '{}');
  const explain = (...words: readonly string[]): Promise<Ended> => stagegate('parity', 'explain', id, '--config', 'warm.yaml', ...words);
  expect(await explain()).toMatchObject({ code: 1, out: expect.stringContaining('request.body.temperature') });
  expect(await explain('--accepted', 'accepted.json')).toMatchObject({ code: 0, out: expect.stringContaining('Accepted: warm\n') });
  expect(await explain('--accepted', 'config.yaml')).toMatchObject({ code: 2, err: 'config.yaml: expected a list\n' });
}, 60_000);

test('records that cannot be read are named, and the others played', async () => {
  writeFileSync(join(folder, 'records/notes.txt'), 'no segment');
  const segment = readdirSync(join(folder, 'records')).find((name) => !name.endsWith('.txt')) ?? '';
  const bytes = readFileSync(join(folder, 'records', segment));
  appendFileSync(join(folder, 'records', segment), 'what a crash leaves');
  // The one before all records and the one after an odd number of them are told by different processes.
  for (const name of ['0.sgrec', 'cut.sgrec']) writeFileSync(join(folder, 'records', name), bytes.subarray(0, 40));
  const { code, err } = await stagegate('parity', 'replay', ...RUN, '--lanes', 'hono', '--noise', '0', '--jobs', '2');
  expect(code).toBe(3);
  const named = err.split('\n').filter((line) => line.startsWith('passed over: '));
  expect(named.map((line) => line.replace(/\d+ records?\)/u, 'N records)')).toSorted(), err).toMatchObject([
    'passed over: 0.sgrec, byte 16: truncated: ends within a block (N records)',
    expect.stringContaining(`passed over: ${segment}, byte `),
    'passed over: cut.sgrec, byte 16: truncated: ends within a block (N records)',
    'passed over: notes.txt, byte 0: foreign: is no segment of records',
  ]);
  const lost = named.map((line) => Number(/\((\d+) records?\)/u.exec(line)?.[1] ?? 0)).reduce((sum, count) => sum + count, 0);
  expect(err).toContain(`\n${lost} records could not be read\n`);
  expect(lines().length).toBe(CALLS);
}, 60_000);

test.each([
  ['--lanes', 'nowhere', 2, '--lanes: expected hono, legacy-thin, legacy-io, reference, found "nowhere"'],
  ['--lanes', 'reference', 2, 'a lane of ours to hold against reference'],
  ['--lanes', 'reference,hono', 2, '--lanes reference and --reference-python go together'],
  ['--reference-python', 'python3', 2, '--lanes reference and --reference-python go together'],
  ['--records', 'nowhere', 2, 'nowhere does not exist'],
  ['--jobs', '0', 2, '--jobs: expected a number from 1 to 64'],
  ['--accepted', 'config.yaml', 2, 'config.yaml: expected a list'],
  ['--config', 'nowhere.yaml', 2, 'cannot read the config'],
  ['--records', 'config.yaml', 2, 'config.yaml holds no records that can be read; nothing was played'],
])('%s %s: exit code %i', async (option, value, expected, words) => {
  const { code, err } = await stagegate('parity', 'replay', ...RUN, option, value);
  expect([code, err.includes(words)], err).toStrictEqual([expected, true]);
  // The run that was there is still there.
  expect(lines().length).toBe(CALLS);
});
