import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeFolder, run, type Served, serveWithDatabase } from './spawn-serve.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CONFIG = `
model_list:
  - { model_name: demo, litellm_params: { model: openai/demo, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: none } }
  - { model_name: other, litellm_params: { model: openai/demo, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: none } }
litellm_settings: { store_audit_logs: true }
`;

/** Generous: how soon an announced change is seen is held by the engine's `tenants/key-lookup.test.ts`. */
const SEEN_MS = 30_000;

const folder = makeFolder({ 'config.yaml': CONFIG });
let served: Served;

beforeAll(async () => {
  served = await serveWithDatabase([], folder);
});

afterAll(async () => {
  served.child.kill('SIGTERM');
  await served.ended;
});

async function keys(...words: string[]): Promise<{ code: number | string; out: string; err: string }> {
  const ran = run(['keys', ...words], folder);
  const code = await ran.ended;
  return { code, out: ran.stdout(), err: ran.stderr() };
}

async function chat(key: string, model = 'demo'): Promise<{ status: number; type: string | undefined }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] });
  const answer = await fetch(`${served.url}/v1/chat/completions`, { method: 'POST', headers, body });
  const { error } = (await answer.json()) as { error?: { type: string } };
  return { status: answer.status, type: error?.type };
}

test('looking makes no database where there is none; a reader that has enough ends nothing with a trace', async () => {
  const elsewhere = makeFolder({ 'config.yaml': CONFIG });
  for (const words of [
    ['keys', 'ls'],
    ['keys', 'show', 'x'],
    ['db', 'status'],
    ['db', 'shell', 'SELECT 1'],
  ]) {
    const looked = run(words, elsewhere);
    expect(await looked.ended).toBe(1);
    expect(looked.stderr()).toBe('there is no database in .stagegate/postgres yet; serve makes one, and --data names another folder\n');
  }
  expect(readdirSync(elsewhere)).toStrictEqual(['config.yaml']);
  const unread = run(['keys', 'ls', '--json'], folder);
  unread.child.stdout?.destroy();
  expect(await unread.ended).toBe(0);
  expect(unread.stderr()).toBe('');
});

test('where there is none, what makes one is said; where the database is not, why', async () => {
  expect(await keys('ls')).toStrictEqual({ code: 0, out: 'no keys; `stagegate keys create` makes one\n', err: '' });
  const elsewhere = run(['keys', 'ls'], folder, { DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:1/x' });
  expect(await elsewhere.ended).toBe(1);
  expect(elsewhere.stderr()).toBe('the database: connect ECONNREFUSED 127.0.0.1:1\n');
});

test('make a key, limit its models, use it, see it refused; block it, let it in again, delete it', async () => {
  const made = await keys('create', '--alias', 'ours', '--models', 'demo', '--max-budget', '5', '--budget-duration', '1d', '--json');
  expect(made).toMatchObject({ code: 0, err: '' });
  const { key, token } = JSON.parse(made.out) as { key: string; token: string };
  expect(key).toMatch(/^sk-/u);

  expect(await chat(key)).toMatchObject({ status: 200 });
  expect(await chat(key, 'other')).toStrictEqual({ status: 403, type: 'key_model_access_denied' });

  expect(await keys('create', '--alias', 'ours')).toStrictEqual({ code: 1, out: '', err: '--alias: another key is called ours\n' });
  const listed = await keys('ls');
  expect(listed.out).toContain(`sk-...${key.slice(-4)}`);
  expect(listed.out).not.toContain(key);
  const shown = await keys('show', 'ours');
  expect(shown.out).toMatch(/^models {2}demo$/mu);
  expect(shown.out).toContain(token);
  expect(shown.out).not.toContain(key);

  expect(await keys('block', key)).toMatchObject({ code: 0, out: expect.stringMatching(/^blocked:/u) });
  await expect.poll(() => chat(key), { timeout: SEEN_MS }).toStrictEqual({ status: 401, type: 'auth_error' });
  expect(await keys('block', 'ours', '--lift')).toMatchObject({ code: 0 });
  await expect.poll(() => chat(key), { timeout: SEEN_MS }).toMatchObject({ status: 200 });
  expect(await keys('rm', token)).toMatchObject({ code: 0, out: expect.stringMatching(/^deleted:[^]*^state {3}deleted$/mu) });
  await expect.poll(() => chat(key), { timeout: SEEN_MS }).toStrictEqual({ status: 401, type: 'token_not_found_in_db' });
  const audited = run(['db', 'shell', AUDITED], folder);
  expect(await audited.ended).toBe(0);
  for (const [action, before, after] of [
    ['created', '', 'ours'],
    ['blocked', 'ours', ''],
    ['unblocked', 'ours', ''],
    ['deleted', 'ours', ''],
  ] as const) {
    expect(audited.stdout()).toContain(`${action};${token};stagegate keys;${before};${after}.`);
  }
  expect(audited.stdout()).not.toContain(key);
});

/** What was written down, a line per change. */
const AUDITED = `SELECT concat_ws(';', action, object_id, changed_by, coalesce(before_value ->> 'key_alias', ''),
  coalesce(updated_values ->> 'key_alias', '')) || '.' || coalesce(before_value::text, '') || coalesce(updated_values::text, '')
  FROM "LiteLLM_AuditLog" WHERE table_name = 'LiteLLM_VerificationToken' ORDER BY updated_at`;

test.each([
  [['create', '--max-budget', '-1'], 2, '--max-budget: expected USD, 0 or more, found "-1"'],
  [['create', '--expires', 'soon'], 2, '--expires: expected a time like 30s, 5m, 1h, 7d or 1mo, found "soon"'],
  [['create', '--models', ''], 2, '--models: expected names, found none; without --models nothing is limited'],
  [['create', '--routes', ' ,'], 2, '--routes: expected names, found none; without --routes nothing is limited'],
  [['create', '--alias', ''], 2, '--alias: expected a name, found none'],
  [['create', '--team', 'nowhere'], 1, '--team: there is no team nowhere'],
  [['show', 'nobody'], 1, 'there is no such key'],
  [['block', 'sk-nobody'], 1, 'there is no such key'],
  [['rm', "x' OR 1=1 --"], 1, 'there is no such key'],
])('%j is told in one line', async (words, code, message) => {
  expect(await keys(...words)).toStrictEqual({ code, out: '', err: `${message}\n` });
});

test('without a gateway that runs, the commands start the database themselves', async () => {
  served.child.kill('SIGTERM');
  expect(await served.ended).toBe(0);
  const made = await keys('create', '--alias', 'later');
  expect(made).toMatchObject({ code: 0, err: '' });
  const [, key = ''] = /^key {2}(sk-\S+)$/mu.exec(made.out) ?? [];
  served = await serveWithDatabase([], folder);
  expect(await chat(key, 'other')).toMatchObject({ status: 200 });
  const listed = await keys('ls', '--json');
  expect(JSON.parse(listed.out)).toMatchObject([{ key_alias: 'later' }]);
});
