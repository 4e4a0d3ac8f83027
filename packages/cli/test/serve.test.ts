import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { VERSION } from '../src/version.ts';
import { end, makeFolder, run, serve, type Run } from './spawn-serve.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../config.example.yaml'), 'utf8');
const KEY = 'sk-of-this-test';
const DEMO = `
model_list:
  - { model_name: demo, litellm_params: { model: custom_openai/demo, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: demo } }
`;

const running: Run[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

async function serving(words: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof serve> {
  const served = await serve(words, folder, env);
  running.push(served);
  return served;
}

async function ask(url: string, body: object, key = KEY): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model: 'demo', ...body }) });
}

/** As much of a chat completion as these tests look at. */
interface Answer {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string | null }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

async function askWhole(url: string, body: object): Promise<Answer> {
  const answer = await ask(url, body);
  return JSON.parse(await answer.text());
}

const HELLO = { messages: [{ role: 'user', content: 'Good morning' }] };

/** As much of curl as the printed call needs: a machine that runs these tests may have none. */
const CURL = `#!${process.execPath}
const [, , , url, , authorization, , type, , body] = process.argv;
const headers = Object.fromEntries([authorization, type].map((line) => line.split(': ')));
fetch(url, { method: 'POST', headers, body }).then((answer) => answer.text()).then((text) => process.stdout.write(text));
`;

/** Runs a line in a shell, somewhere else than where it was printed. */
async function paste(line: string): Promise<{ stdout: string }> {
  const folder = makeFolder({ curl: CURL });
  chmodSync(join(folder, 'curl'), 0o755);
  return promisify(execFile)('sh', ['-c', line], { cwd: folder, env: { PATH: `${folder}:${process.env['PATH']}` } });
}

describe('the first start', () => {
  test('makes a key, shows the models, and prints a call that works when pasted', async () => {
    const folder = makeFolder({ 'config.example.yaml': EXAMPLE });
    const { stdout, url } = await serving([], folder);
    const file = join(folder, '.stagegate/master-key');
    const key = readFileSync(file, 'utf8').trim();
    expect(key).toMatch(/^sk-[\w-]{32}$/u);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stdout()).toContain(`kept in .stagegate/master-key): ${key}`);
    expect(stdout()).toMatch(/^ {2}demo +custom_openai\/demo$/mu);
    expect(stdout()).toMatch(/^ {2}gpt-4o +openai\/gpt-4o +needs OPENAI_API_KEY$/mu);
    expect(stdout()).toMatch(/^ {2}\/v1\/chat\/completions +hono$/mu);
    const pasted = await paste(/^ +curl .+$/mu.exec(stdout())?.[0] ?? 'false');
    expect(pasted.stdout).toMatch(/^data: \{.*"delta":/u);
    expect(pasted.stdout.trimEnd()).toMatch(/data: \[DONE\]$/u);
    expect((await ask(url, HELLO, 'sk-wrong')).status).toBe(401);
  });

  test('after kill -9 the same port serves again, with the same key, which is not printed again', async () => {
    const folder = makeFolder({ 'config.yaml': DEMO });
    const first = await serving([], folder);
    const key = readFileSync(join(folder, '.stagegate/master-key'), 'utf8').trim();
    await end(first);
    const second = run(['serve', '--no-db', '--port', new URL(first.url).port], folder);
    running.push(second);
    await expect.poll(() => second.stdout()).toContain('Try it');
    expect(second.stdout()).not.toContain(key);
    expect((await ask(first.url, HELLO, key)).status).toBe(200);
  });
});

describe('the demo model', () => {
  test('answers, streams with usage, calls a tool, keeps to max_tokens', async () => {
    const { url } = await serving([], makeFolder({ 'config.yaml': DEMO }), { LITELLM_MASTER_KEY: KEY });
    const whole = await askWhole(url, HELLO);
    expect(whole).toMatchObject({ model: 'demo', choices: [{ message: { role: 'assistant' }, finish_reason: 'stop' }] });
    expect(whole.choices[0]?.message.content).toContain('Good morning');
    expect(whole.usage.total_tokens).toBe(whole.usage.prompt_tokens + whole.usage.completion_tokens);
    const stream = await (await ask(url, { ...HELLO, stream: true, stream_options: { include_usage: true } })).text();
    expect(stream).toMatch(/"usage":\{[^}]*"total_tokens":\d+/u);
    const tools = [
      {
        type: 'function',
        function: { name: 'find', parameters: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] } },
      },
    ];
    const called = await askWhole(url, { ...HELLO, tools });
    expect(called.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ function: { name: 'find', arguments: '{"q":"Good morning"}' } }] },
    });
    const short = await askWhole(url, { ...HELLO, max_tokens: 2 });
    expect(short.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'You said:' } });
  });
});

test.each([
  ['/v1/messages', { max_tokens: 50, ...HELLO }],
  ['/v1/responses', { input: 'Good morning' }],
  ['/v1/completions', { prompt: 'Good morning' }],
])('the demo model of the example answers on %s', async (path, body) => {
  const { url } = await serving([], makeFolder({ 'config.example.yaml': EXAMPLE }), { LITELLM_MASTER_KEY: KEY });
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ model: 'demo', ...body }) });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('You said');
});

const GUARDED = `${DEMO}litellm_settings: { guardrails: [pii] }\ngeneral_settings: { custom_auth: my.auth }\n`;
const TO_NOWHERE = 'migration: { reference_url: "http://127.0.0.1:9" }\n';

const RULES = `
migration:
  rules:
    - { match: { route: /v1/chat/completions, stream: true }, lane: legacy-thin }
    - { match: { model: demo }, lane: legacy-io, candidate: { lane: hono, mode: off } }
`;

describe.each([
  ['hono', ['--shell', 'hono'], '', ['hono', 'hono']],
  ['legacy, stage 2', ['--shell', 'legacy'], '', ['legacy-thin', 'legacy-thin']],
  ['legacy, stage 1', ['--shell', 'legacy', '--stage', '1'], '', ['legacy-io', 'legacy-io']],
  ['front', [], RULES, ['legacy-io', 'legacy-thin']],
])('shell %s', (_name, words, rules, lanes) => {
  test('serves whole answers and streams, and says by which lane', async () => {
    const { url } = await serving(words, makeFolder({ 'config.yaml': DEMO + rules }), { LITELLM_MASTER_KEY: KEY });
    const whole = await ask(url, HELLO);
    expect([whole.status, whole.headers.get('x-stagegate-lane')]).toStrictEqual([200, lanes[0]]);
    await whole.text();
    const stream = await ask(url, { ...HELLO, stream: true });
    expect([stream.status, stream.headers.get('x-stagegate-lane')]).toStrictEqual([200, lanes[1]]);
    expect((await stream.text()).trimEnd()).toMatch(/data: \[DONE\]$/u);
  });
});

describe('rules that can have no effect are named', () => {
  const rules = `
migration:
  rules:
    - { match: { route: /v1/chat/completion }, lane: legacy-thin }
    - { match: { route: /v1/chat/* }, lane: legacy-thin }
`;
  test.each([
    [[], 'warning: migration rule "v1-chat-completion": no lane but the reference has the route /v1/chat/completion\n'],
    [['--shell', 'hono'], 'warning: lane hono serves alone: the migration rules are not looked at\n'],
  ])('%j', async (words, warning) => {
    const { stderr } = await serving(words, makeFolder({ 'config.yaml': DEMO + rules }), { LITELLM_MASTER_KEY: KEY });
    expect(stderr()).toBe(warning);
  });
});

describe('beside a reference', () => {
  test('what a missing guard guards is left to it, and the table says so', async () => {
    const rows = DEMO.trimEnd() + '\n  - { model_name: limited, litellm_params: { model: openai/demo, api_key: k, guardrails: [pii] } }\n';
    const { url, stdout } = await serving([], makeFolder({ 'config.yaml': `${rows}${TO_NOWHERE}` }), { LITELLM_MASTER_KEY: KEY });
    expect(stdout()).toMatch(/^ {2}limited +openai\/demo +left to the reference: guardrails$/mu);
    expect((await ask(url, HELLO)).headers.get('x-stagegate-lane')).toBe('hono');
    const guarded = await ask(url, { ...HELLO, model: 'limited' });
    expect([guarded.status, guarded.headers.get('x-stagegate-lane')]).toStrictEqual([502, 'reference']);
  });

  test('a guard of every call leaves every call', async () => {
    const { url, stdout } = await serving([], makeFolder({ 'config.yaml': `${GUARDED}${TO_NOWHERE}` }), { LITELLM_MASTER_KEY: KEY });
    expect(stdout()).toContain('Every call is left to the reference, which has what Stagegate has not: custom_auth, guardrails');
    expect((await ask(url, HELLO)).headers.get('x-stagegate-lane')).toBe('reference');
  });
});

test("no key is ever printed, logged or answered: neither the master key nor a provider's", async () => {
  const config = `
model_list:
  - { model_name: a, litellm_params: { model: openai/a, api_base: "http://127.0.0.1:9/v1", api_key: os.environ/CANARY_ONE, extra_headers: { x-team: os.environ/CANARY_TWO } } }
  - { model_name: b, litellm_params: { model: anthropic/b, api_base: "http://127.0.0.1:9", api_key: sk-canary-three, timeout: 0.001 } }
migration: { rules: [{ match: { stream: true }, lane: legacy-io }] }
`;
  const env = { LITELLM_MASTER_KEY: 'sk-canary-zero', CANARY_ONE: 'sk-canary-one', CANARY_TWO: 'sk-canary-two' };
  const { url, stdout, stderr } = await serving([], makeFolder({ 'config.yaml': config }), env);
  const seen: string[] = [];
  for (const body of [{ model: 'a' }, { model: 'b' }, { model: 'a', stream: true }, { model: 'b', stream: true }, { model: 'sk-nobody' }]) {
    const answer = await ask(url, { ...HELLO, ...body }, 'sk-canary-zero');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    seen.push(JSON.stringify([...answer.headers]), await answer.text());
  }
  expect(`${stdout()}${stderr()}${seen.join('')}`).not.toMatch(/canary-(?:zero|one|two|three)/u);
});

describe('Ctrl-C', () => {
  test('drains: the running stream ends as it should, new calls find no door', async () => {
    const { url, child, ended, stderr } = await serving([], makeFolder({ 'config.yaml': DEMO }), { LITELLM_MASTER_KEY: KEY });
    const stream = await ask(url, { ...HELLO, stream: true });
    const text = stream.text();
    child.kill('SIGINT');
    child.kill('SIGTERM'); // a terminal and a parent may both pass it on; two of one kind may arrive as one
    await expect.poll(stderr).toContain('draining');
    await expect(ask(url, HELLO)).rejects.toThrow('fetch failed');
    expect((await text).trimEnd()).toMatch(/data: \[DONE\]$/u);
    expect(await ended).toBe(0);
  });

  test('the second one cuts', async () => {
    const { url, child, ended, stderr } = await serving([], makeFolder({ 'config.yaml': DEMO }), { LITELLM_MASTER_KEY: KEY });
    const text = (await ask(url, { ...HELLO, stream: true })).text();
    child.kill('SIGINT');
    await expect.poll(stderr).toContain('draining');
    await sleep(400);
    child.kill('SIGINT');
    await expect(text).rejects.toThrow('terminated');
    expect(await ended).toBe(0);
  });

  test('a call that does not end is cut once the time for it is over', async () => {
    const asked = Promise.withResolvers<Socket>();
    const provider = createServer((socket) => asked.resolve(socket));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void provider.close());
    const params = `{ model: openai/x, api_base: "http://127.0.0.1:${(provider.address() as AddressInfo).port}", api_key: k }`;
    const folder = makeFolder({ 'config.yaml': `model_list: [{ model_name: demo, litellm_params: ${params} }]\n` });
    const { url, child, ended, stderr } = await serving(['--drain-seconds', '1.5'], folder, { LITELLM_MASTER_KEY: KEY });
    const call = ask(url, HELLO).catch((error: Error) => error.message);
    (await asked.promise).on('error', () => undefined);
    child.kill('SIGTERM');
    expect(await call).toBe('fetch failed');
    expect(await ended).toBe(0);
    expect(stderr().trimEnd().split('\n').slice(-2)).toStrictEqual([
      'draining: no new calls, running ones have 1.5 s to end (again to cut them)',
      'calls still ran after 1.5 s: cut',
    ]);
  });
});

const GUARDED_LINES = [
  'the config asks for protection that Stagegate does not have yet:',
  '  config.yaml:5:34 general_settings.custom_auth',
  '  config.yaml:4:33 litellm_settings.guardrails',
  'Serve without it: --accept-missing custom_auth,guardrails',
  'Or keep LiteLLM in charge of these calls: set migration.reference_url and serve with --shell front.',
];

/** What cannot be served: words, files, environment → exit code and every line of standard error. */
const REFUSED: [
  name: string,
  words: string[],
  files: Record<string, string>,
  env: Record<string, string>,
  code: number,
  lines: string[],
][] = [
  ['no config', [], {}, {}, 1, ['no config.yaml or config.example.yaml in this folder; name one with --config FILE']],
  ['a config that is not there', ['--config', 'lost.yaml'], {}, {}, 1, ['cannot read the config: lost.yaml does not exist']],
  ['a config that is a folder', ['--config', '.'], {}, {}, 1, ['cannot read the config: . is a folder']],
  [
    'a bad config',
    [],
    { 'config.yaml': 'model_list:\n  - { model_name: a, litellm_params: { model: openai/x, rpm: ten } }\n  - { model_name: b }\n' },
    {},
    2,
    [
      'config.yaml:2:62 model_list[0].litellm_params.rpm: expected a number ≥ 0, found "ten"',
      'config.yaml:3:5 model_list[1].litellm_params: expected a mapping with "model", found nothing',
      '2 problems in config.yaml',
    ],
  ],
  [
    'a slip of the pen, and what it leads to',
    [],
    { 'config.yaml': 'model_list:\n  - { model_name: a, litellm_param: { model: openai/x } }\n' },
    {},
    2,
    [
      'config.yaml:2:5 model_list[0].litellm_params: expected a mapping with "model", found nothing',
      'warning: config.yaml:2:37 model_list[0].litellm_param: expected model_name, litellm_params, model_info, tpm, rpm, itpm, otpm, found an unknown one, which is ignored',
      '1 problem in config.yaml',
    ],
  ],
  ['protection that is not built', [], { 'config.yaml': GUARDED }, {}, 2, GUARDED_LINES],
  [
    'protection that a shell alone cannot leave to the reference',
    ['--shell', 'hono'],
    { 'config.yaml': `${GUARDED}${TO_NOWHERE}` },
    {},
    2,
    GUARDED_LINES,
  ],
  [
    'an open host without a key',
    ['--host', '0.0.0.0'],
    { 'config.yaml': DEMO },
    {},
    2,
    ['--host 0.0.0.0: others can reach this address; set LITELLM_MASTER_KEY or general_settings.master_key first'],
  ],
  ['an unknown shell', ['--shell', 'rust'], {}, {}, 2, ['--shell: expected front, hono, legacy, found "rust"']],
  ['a stage without its shell', ['--stage', '1'], {}, {}, 2, ['--stage: only goes with --shell legacy']],
  ['a stage that is none', ['--shell', 'legacy', '--stage', '3'], {}, {}, 2, ['--stage: expected 1 or 2, found "3"']],
  ['a port that is none', ['--port', '70000'], {}, {}, 2, ['--port: expected a port from 0 to 65535, found "70000"']],
  ['a PORT that is none', [], {}, { PORT: 'http' }, 2, ['PORT: expected a port from 0 to 65535, found "http"']],
  ['no time to drain in', ['--drain-seconds', '2m'], {}, {}, 2, ['--drain-seconds: expected a number from 0 to 2147483, found "2m"']],
  [
    'an address of another machine',
    ['--host', '192.0.2.1'],
    { 'config.yaml': DEMO },
    { LITELLM_MASTER_KEY: KEY },
    1,
    ['192.0.2.1 is no address of this machine'],
  ],
  ['an unknown option', ['--colour'], {}, {}, 2, ["error: unknown option '--colour'", '(stagegate serve --help tells more)']],
];

describe('what cannot be served is said in plain lines', () => {
  test.each(REFUSED)('%s', async (_name, words, files, env, code, lines) => {
    const { ended, stdout, stderr } = run(['serve', '--no-db', ...words], makeFolder(files), env);
    expect(await ended).toBe(code);
    expect(
      stderr()
        .trimEnd()
        .split('\n')
        .filter((line) => line !== ''),
    ).toStrictEqual(lines);
    expect(stdout()).toBe('');
  });

  test('a port in use', async () => {
    const other = await occupy();
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { ended, stderr } = run(['serve', '--no-db', '--port', port], makeFolder({ 'config.yaml': DEMO }));
    expect(await ended).toBe(1);
    expect(stderr()).toBe(`port ${port} on 127.0.0.1 is in use; stop what uses it or choose another with --port\n`);
    other.close();
  });

  test('a data folder that cannot be one', async () => {
    const { ended, stderr } = run(['serve', '--no-db', '--data', 'config.yaml'], makeFolder({ 'config.yaml': DEMO }));
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/^config\.yaml\/master-key: ENOTDIR: [^\n]+\n$/u);
  });

  test('a data folder where nothing can be made', async (context) => {
    if (!existsSync('/proc/self')) return context.skip('this system has no /proc');
    const { ended, stderr } = run(['serve', '--no-db', '--data', '/proc/stagegate'], makeFolder({ 'config.yaml': DEMO }));
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/^\/proc\/stagegate\/master-key: ENOENT: [^\n]+\n$/u);
  });

  test('accepted, missing protection no longer stops it; unknown keys only warn, and so does what nobody asks for', async () => {
    const config = `${GUARDED}litellm_setings: {}\n`;
    const { stderr } = await serving(
      ['--accept-missing', 'custom_auth,guardrails,guardrail,key_limits'],
      makeFolder({ 'config.yaml': config }),
    );
    expect(stderr()).toBe(
      'warning: config.yaml:6:18 litellm_setings: expected a setting that the reference knows, found an unknown one, which is ignored (litellm_settings?)\n' +
        'warning: --accept-missing guardrail: expected a setting that the config asks for and Stagegate does not have, found none of that name\n',
    );
  });
});

function occupy(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

test('--help and --version', async () => {
  const help = run(['serve', '--help'], makeFolder());
  expect(await help.ended).toBe(0);
  for (const option of [
    '--config',
    '--shell',
    '--stage',
    '--host',
    '--port',
    '--data',
    '--accept-missing',
    '--drain-seconds',
    'LITELLM_MASTER_KEY',
    'DATABASE_URL',
  ]) {
    expect(help.stdout()).toContain(option);
  }
  for (const words of [['--version'], ['serve', '--version']]) {
    const version = run(words, makeFolder());
    expect(await version.ended).toBe(0);
    expect(version.stdout()).toBe(`${VERSION}\n`);
  }
});
