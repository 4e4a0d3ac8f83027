import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { end, makeFolder, run, type Run } from './spawn-serve.ts';

const KEY = 'sk-of-this-test';
const HAS_TERMINAL = process.platform === 'linux';
const NO_TERMINAL = 'the program that makes a terminal has other options here';

/** A model whose provider is nowhere, so that a call leaves a line in the log. */
const config = (more = ''): string => `
model_list:
  - { model_name: lost, litellm_params: { model: openai/lost, api_base: 'http://127.0.0.1:1', api_key: k, max_retries: 0 } }
general_settings: { master_key: ${KEY} }
router_settings: { num_retries: 0 }
${more}`;

const running: Run[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

/** What stands in the log after a call that failed, and then a configuration that cannot be. */
async function logOf(yaml: string, env: Readonly<Record<string, string>>, isTerminal: boolean): Promise<string> {
  const words = ['serve', '--no-db', '--port', '0'];
  const folder = makeFolder({ 'config.yaml': yaml, 'at-terminal': AT_TERMINAL });
  const started = run(words, folder, env, isTerminal ? ['sh', 'at-terminal'] : []);
  running.push(started);
  await expect.poll(started.stdout).toContain('Try it');
  const url = /on (http:\S+)/u.exec(started.stdout())?.[1];
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'lost', messages: [{ role: 'user', content: 'Hi' }] });
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  expect(answer.status).toBe(500);
  // Told last, and weighs most.
  writeFileSync(join(folder, 'config.yaml'), 'model_list: 1\n');
  await expect.poll(started.stdout).toContain('config-kept');
  return started.stdout().split('Try it')[1] ?? '';
}

/** Everything after its name as a command at a terminal of its own. */
const AT_TERMINAL = 'exec script -qefc "exec $*" /dev/null\n';

test('in a pipe the log is JSON', async () => {
  const log = await logOf(config(), {}, false);
  expect(log).toMatch(/"level":40,.*"msg":"call failed"/u);
  expect(log).toMatch(/"level":50,.*"msg":"config-kept"/u);
});

test('LITELLM_LOG leaves out what weighs less', async () => {
  expect(await logOf(config(), { LITELLM_LOG: 'ERROR' }, false)).not.toContain('call failed');
});

test('at a terminal it is made of lines that people read', async (context) => {
  if (!HAS_TERMINAL) return context.skip(NO_TERMINAL);
  const log = await logOf(config(), { TERM: 'xterm' }, true);
  expect(log).toMatch(/\d\d:\d\d:\d\d \u001B\[33mWARN \u001B\[39m call failed .*status=500/u);
  expect(log).not.toContain('{"level"');
});

test('but where json_logs or JSON_LOGS says so', async (context) => {
  if (!HAS_TERMINAL) return context.skip(NO_TERMINAL);
  expect(await logOf(config('litellm_settings: { json_logs: true }'), {}, true)).toContain('"level":40,');
  expect(await logOf(config(), { JSON_LOGS: 'True' }, true)).toContain('"level":40,');
});

test('without colours for those who want none', async (context) => {
  if (!HAS_TERMINAL) return context.skip(NO_TERMINAL);
  expect(await logOf(config(), { NO_COLOR: '1', TERM: 'xterm' }, true)).toMatch(/\d\d:\d\d:\d\d WARN {2}call failed/u);
});
