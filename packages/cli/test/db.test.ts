import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import {
  createStore,
  findRunningEmbedded,
  openRawSession,
  prepareDatabase,
  readDatabaseUrl,
  startEmbedded,
} from '@stagegate/gateway-engine/store';
import { afterEach, expect, test, vi } from 'vitest';
import { end, makeFolder, type Run, run, serveWithDatabase } from './spawn-serve.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const CONFIG = `
model_list:
  - { model_name: demo, litellm_params: { model: custom_openai/demo, api_base: os.environ/STAGEGATE_DEMO_URL, api_key: demo } }
`;

const running: Run[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

async function stagegate(folder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { ended, stdout, stderr } = run(words, folder, env);
  return { code: await ended, stdout: stdout(), stderr: stderr() };
}

/** As the tables of days have it. */
const DAY = String.raw`\d{4}-\d\d-\d\d`;

test('db: saved while a gateway serves, restored into an empty database, asked, looked at', async () => {
  const folder = makeFolder({ 'config.yaml': CONFIG });
  const served = await serveWithDatabase([], folder);
  running.push(served);
  const url = findRunningEmbedded(join(folder, '.stagegate/postgres')) ?? '';
  writeFileSync(join(folder, 'direct.yaml'), `${CONFIG}general_settings: { database_url: "${url}" }\n`);
  const direct = await stagegate(folder, ['db', 'status', '--config', 'direct.yaml', '--json']);
  expect(JSON.parse(direct.stdout)).toMatchObject({ own: false, place: expect.stringMatching(/^\/.*\/\.s\.PGSQL\.\d+\/postgres$/u) });
  const team = `INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, updated_at, metadata) VALUES ('t', E'a\\tb\\\\c\\n\\\\.', now(), '{"a": "\\\\."}')`;
  expect(await stagegate(folder, ['db', 'shell', team])).toStrictEqual({ code: 0, stdout: 'INSERT 1\n', stderr: '' });
  await stagegate(folder, [
    'db',
    'shell',
    `INSERT INTO "LiteLLM_ModelTable" (created_by, updated_by, updated_at) VALUES ('a', 'b', now())`,
  ]);
  expect(await stagegate(folder, ['db', 'backup', 'saved.sql'])).toMatchObject({ code: 0, stdout: '' });
  expect(await stagegate(folder, ['db', 'backup', 'saved.sql'])).toMatchObject({ code: 2, stderr: 'saved.sql exists already\n' });
  expect(await stagegate(folder, ['db', 'backup', 'nowhere/saved.sql'])).toStrictEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^cannot write nowhere\/saved\.sql: ENOENT: .*\n$/u),
  });
  const unread = run(['db', 'backup', '-'], folder);
  unread.child.stdout?.destroy();
  expect(await unread.ended).toBe(1);
  expect(unread.stderr()).toBe('cannot write standard output: write EPIPE\n');
  expect(await stagegate(folder, ['db', 'restore', 'saved.sql', '--replace'])).toMatchObject({ code: 1 });
  served.child.kill('SIGTERM');
  expect(await served.ended).toBe(0);

  expect(await stagegate(folder, ['db', 'restore', 'saved.sql'])).toMatchObject({
    code: 2,
    stderr: 'the database holds tables already; move it aside with --replace\n',
  });
  const text = readFileSync(join(folder, 'saved.sql'), 'utf8');
  writeFileSync(join(folder, 'cut.sql'), text.slice(0, text.length / 2));
  expect(await stagegate(folder, ['db', 'restore', 'cut.sql', '--replace'])).toMatchObject({ code: 1 });
  const [copy = '', row = ''] = /(COPY "LiteLLM_TeamTable".*\n)(t\t.*\n)/u.exec(text)?.slice(1) ?? [];
  const [rowAt, rowEnd] = [text.indexOf(copy) + copy.length, text.indexOf(copy) + copy.length + row.length];
  for (const [part, why] of [
    // Without its last line, after a row, in the middle of one, and without its first line.
    [text.slice(0, -'COMMIT;\n'.length), 'this backup is not whole'],
    [text.slice(0, rowEnd), 'this backup is not whole'],
    [text.slice(0, rowAt + 3), 'this backup is not whole'],
    [text.slice(text.indexOf('\n') + 1), 'this is no backup of Stagegate'],
    // A row that has lost its end, and one with more than its columns, before so many that they are sent in several pieces.
    [text.slice(0, rowAt + 3) + text.slice(rowEnd - 1), 'this backup is damaged: not every row belongs into "LiteLLM_TeamTable"'],
    [`${text.slice(0, rowAt)}${'\t'.repeat(99)}\n${row.repeat(100_000)}${text.slice(rowEnd)}`, 'extra data after last expected column'],
  ] as const) {
    writeFileSync(join(folder, 'cut.sql'), part);
    expect(await stagegate(folder, ['db', 'restore', 'cut.sql'])).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
  }
  expect(await stagegate(folder, ['db', 'status'])).toMatchObject({ code: 0, stdout: expect.stringContaining('none yet') });
  expect(await stagegate(folder, ['db', 'restore', 'saved.sql'])).toMatchObject({ code: 0 });
  expect(readdirSync(join(folder, '.stagegate')).filter((name) => name.startsWith('postgres.before-'))).toHaveLength(1);

  const status = await stagegate(folder, ['db', 'status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ own: true, tables: true, counts: { teams: 1, keys: 0 }, problems: [] });
  await stagegate(folder, ['db', 'backup', 'again.sql']);
  expect(readFileSync(join(folder, 'again.sql'), 'utf8')).toBe(text);
});

test('db shell: a statement that fails ends with its own words', async () => {
  const folder = makeFolder({ 'config.yaml': CONFIG });
  expect(await stagegate(folder, ['keys', 'create'])).toMatchObject({ code: 0 });
  expect(await stagegate(folder, ['db', 'shell', 'SELECT 1 AS one'])).toStrictEqual({
    code: 0,
    stdout: '  one\n    1\nSELECT 1\n',
    stderr: '',
  });
  expect(JSON.parse((await stagegate(folder, ['db', 'shell', 'SELECT 1 AS one', '--json'])).stdout)).toStrictEqual({
    columns: ['one'],
    rows: [['1']],
    tag: 'SELECT 1',
  });
  expect(await stagegate(folder, ['db', 'shell', 'SELECT * FROM nowhere'])).toStrictEqual({
    code: 1,
    stdout: '',
    stderr: 'relation "nowhere" does not exist\n',
  });
});

test('a database that LiteLLM made is as it was after a whole session, but for the log of its call and what its day came to, and what it lacks is said', async () => {
  const place = mkdtempSync(join(tmpdir(), 'stagegate-theirs-'));
  const embedded = await startEmbedded(join(place, 'postgres'), silentLog);
  try {
    const store = createStore({ url: embedded.url, prepare: async (database) => void (await prepareDatabase(database)) });
    expect(await store.ready(60_000)).toBe(true);
    await store.close();
    const address = readDatabaseUrl(embedded.url);
    if (address === undefined) throw new Error('no URL');
    const session = openRawSession(address);
    // As an older LiteLLM leaves it.
    await session.ask('ALTER TABLE "LiteLLM_AuditLog" DROP COLUMN "before_value"');
    await session.ask(`DELETE FROM "_prisma_migrations" WHERE migration_name = '20261009000000_add_credential_display_name'`);

    const folder = makeFolder({ 'config.yaml': `${CONFIG}general_settings: { store_model_in_db: true }\n` });
    const env = { DATABASE_URL: embedded.url, LITELLM_MASTER_KEY: 'sk-of-this-test' };
    expect(await stagegate(folder, ['db', 'backup', 'before.sql'], env)).toMatchObject({ code: 0 });
    const served = await serveWithDatabase([], folder, env);
    running.push(served);
    const answers = await Promise.all(
      ['sk-of-this-test', 'sk-nobodys'].map(async (key) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        const body = JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'Hi' }] });
        return (await fetch(`${served.url}/v1/chat/completions`, { method: 'POST', headers, body })).status;
      }),
    );
    expect(answers).toStrictEqual([200, 401]);
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
    expect(served.stdout()).toContain('the database lacks LiteLLM_AuditLog.before_value: the audit log will not work');
    expect(served.stdout()).toContain("the database was not given LiteLLM's migrations 20261009000000_add_credential_display_name");

    expect(await stagegate(folder, ['db', 'backup', 'after.sql'], env)).toMatchObject({ code: 0 });
    const [before, after] = ['before.sql', 'after.sql'].map((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
    const more = after?.filter((line) => before?.includes(line) !== true);
    expect({ more, rest: after?.filter((line) => !more?.includes(line)) }).toStrictEqual({
      more: [
        ...['User-Agent: node', '', 'default_user_id'].map((owner) =>
          expect.stringMatching(new RegExp(`^\\S+\\t${owner}\\t${DAY}\\t`, 'u')),
        ),
        expect.stringMatching(/^\S+\tacompletion\tlitellm_proxy_master_key\t0\t/u),
      ],
      rest: before,
    });
    const schemas = await session.ask(`SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1`);
    expect(schemas.rows.flat()).toStrictEqual(['information_schema', 'public']);
    const found = await stagegate(folder, ['doctor', '--json'], env);
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([
        { name: 'schema', state: 'problem', says: expect.stringContaining('LiteLLM_AuditLog.before_value') },
      ]),
    });

    // A guard that LiteLLM's page has made.
    await session.ask('ALTER TABLE "LiteLLM_AuditLog" ADD COLUMN "before_value" jsonb');
    await session.ask(
      `INSERT INTO "LiteLLM_GuardrailsTable" (guardrail_id, guardrail_name, litellm_params, updated_at) VALUES ('g', 'pii', '{}', now())`,
    );
    const guarded = await stagegate(folder, ['doctor', '--json'], env);
    expect(JSON.parse(guarded.stdout)).toMatchObject({
      checks: expect.arrayContaining([
        { name: 'unsupported', state: 'problem', says: expect.stringMatching(/^guardrail pii of the database guardrails: not built yet/u) },
      ]),
    });
    const refused = await stagegate(folder, ['serve', '--port', '0'], env);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--accept-missing guardrails');
    session.close();
  } finally {
    await embedded.stop();
    rmSync(place, { recursive: true, force: true });
  }
});

test('doctor: a config that is wrong is a finding', async () => {
  const folder = makeFolder({ 'config.yaml': 'model_list: 7\nlitellm_setings: {}\n' });
  const { code, stdout, stderr } = await stagegate(folder, ['doctor', '--json']);
  expect(code).toBe(1);
  expect(stderr).toBe('one problem\n');
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    checks: expect.arrayContaining([
      { name: 'config', state: 'problem', says: expect.stringContaining('config.yaml:1:13 model_list') },
      { name: 'config', state: 'warning', says: expect.stringContaining('(litellm_settings?)') },
    ]),
  });
  expect(existsSync(join(folder, '.stagegate'))).toBe(false);
});

test('doctor: a data folder that cannot be one', async () => {
  const folder = makeFolder({ 'config.yaml': 'model_list: []\n' });
  const { code, stdout } = await stagegate(folder, ['doctor', '--data', 'config.yaml/data']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/PROBLEM {2}data +config\.yaml\/data cannot be used: \S+\/config\.yaml is no folder\n/u);
});

test('doctor: what is not built, lacks a key or is not reached is found, and nothing is started for it', async () => {
  const reached = createServer();
  await new Promise<void>((resolve) => reached.listen(0, '127.0.0.1', resolve));
  const address = reached.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = makeFolder({
    'config.yaml': `
model_list:
  - { model_name: here, litellm_params: { model: openai/x, api_base: "http://127.0.0.1:${port}/v1", api_key: k } }
  - { model_name: gone, litellm_params: { model: openai/x, api_base: "http://127.0.0.1:1/v1" } }
  - { model_name: drawn, litellm_params: { model: openai/dall-e-3, api_base: "http://127.0.0.1:${port}/v1", api_key: k }, model_info: { mode: image_generation } }
general_settings: { custom_auth: true }
`,
  });
  const { code, stdout } = await stagegate(folder, ['doctor']);
  reached.close();
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /PROBLEM {2}unsupported {2}config\.yaml:6:\d+ general_settings\.custom_auth: not built yet; serve needs --accept-missing custom_auth\n/u,
  );
  expect(stdout).toMatch(/warning {2}model +drawn: Stagegate has no route for the mode image_generation\n/u);
  expect(stdout).not.toMatch(/model +here:/u);
  expect(stdout).toMatch(/warning {2}model +gone: needs OPENAI_API_KEY\n/u);
  expect(stdout).toMatch(new RegExp(`ok +host +127\\.0\\.0\\.1:${port} is reached\n`, 'u'));
  expect(stdout).toMatch(/warning {2}host +127\.0\.0\.1:1 is not reached: ECONNREFUSED\n/u);
  expect(stdout).toMatch(/ok +database +none yet: serve makes one\n/u);
  expect(existsSync(join(folder, '.stagegate'))).toBe(false);
});
