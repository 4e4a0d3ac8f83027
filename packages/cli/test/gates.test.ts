import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeGateState, gatePaths, lift, switchOff } from '@stagegate/gateway-engine/cutover';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { end, makeFolder, run, serve, type Served } from './spawn-serve.ts';

/** A gateway whose rules stand at gates, and `stagegate migrate` beside it, as another process. */

const KEY = 'sk-of-this-test';
const FLIPS = 100;
const CALLERS = 4;
const IN_FORCE_MS_MAX = 30_000;

let provider: FakeUpstream;
let gateway: Served;
let folder: string;

beforeAll(async () => {
  provider = await startFakeUpstream();
  folder = makeFolder({ 'config.yaml': configFor(provider.url) });
  gateway = await serve([], folder, { LITELLM_MASTER_KEY: KEY });
});

afterAll(async () => {
  await end(gateway);
  await provider.close();
});

function configFor(providerUrl: string): string {
  return `
model_list:
  - { model_name: chat, litellm_params: { model: openai/gpt-4o, api_base: "${providerUrl}/v1", api_key: k } }
  - { model_name: scan, litellm_params: { model: mistral/mistral-ocr-latest, api_base: "${providerUrl}/v1", api_key: k } }
litellm_settings: { num_retries: 0 }
migration:
  rules:
    - { name: ocr, match: { route: /v1/ocr, provider: mistral }, lane: legacy-io, candidate: { lane: hono } }
    - name: chat
      match: { provider: openai }
      lane: legacy-io
      candidate: { lane: hono, mode: on, percent: 50, sticky: session }
`;
}

interface Told {
  readonly code: number | string;
  readonly text: string;
}

async function migrate(...words: readonly string[]): Promise<Told> {
  const { ended, stdout, stderr } = run(['migrate', ...words], folder);
  const code = await ended;
  return { code, text: stdout() + stderr() };
}

async function told(...words: readonly string[]): Promise<string> {
  const { code, text } = await migrate(...words);
  expect([code, text]).toStrictEqual([0, expect.any(String)]);
  return text;
}

interface Asked {
  readonly status: number;
  readonly lane: string | null;
  readonly rule: string | null;
}

async function ask(more: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Asked> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'good day' }], ...more }),
  });
  await answer.text();
  return { status: answer.status, lane: answer.headers.get('x-stagegate-lane'), rule: answer.headers.get('x-stagegate-rule') };
}

function inForce(lane: string): Promise<void> {
  return expect.poll(async () => (await ask()).lane, { timeout: IN_FORCE_MS_MAX, interval: 20 }).toBe(lane);
}

interface Status {
  readonly revision: number;
  readonly codeHash: string;
  readonly rules: readonly { readonly name: string; readonly fingerprint: string; readonly inForce: string; readonly why: string }[];
  readonly gateways: readonly {
    readonly pid: number;
    readonly codeHash: string;
    readonly calls: readonly { readonly rule: string; readonly lane: string; readonly why: string; readonly count: number }[];
  }[];
}

async function status(): Promise<Status> {
  return JSON.parse(await told('status', '--json'));
}

async function standing(name: string): Promise<Status['rules'][number]> {
  const found = (await status()).rules.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

/** What a replay would write. */
function verdictFile(fingerprint: string, more: object = {}): string {
  const shown = { samples: 3_000, mismatched: 0, bound: 0.000999, confidence: 0.95, reasons: [], strata: [] };
  const verdict = { rule: 'chat', fingerprint, verdict: 'pass', serving: 'legacy-io', candidate: 'hono', ...shown, ...more };
  return JSON.stringify({ version: 1, madeAt: new Date().toISOString(), verdicts: [verdict] });
}

function writeVerdicts(text: string): void {
  mkdirSync(join(folder, '.stagegate/parity'), { recursive: true });
  writeFileSync(join(folder, '.stagegate/parity/verdicts.json'), text);
}

describe('without a verdict', () => {
  test('the config file asks in vain: the banner says why, calls stay, and each is counted with the reason', async () => {
    expect(gateway.stdout()).toMatch(/^ {2}chat +legacy-io +hono +on +off +no verdict$/mu);
    expect(gateway.stdout()).toMatch(/^ {2}\/v1\/chat\/completions +chat: legacy-io, else hono$/mu);
    expect(await ask()).toStrictEqual({ status: 200, lane: 'legacy-io', rule: 'chat' });
    await expect
      .poll(async () => (await status()).gateways[0]?.calls, { timeout: IN_FORCE_MS_MAX })
      .toStrictEqual([{ rule: 'chat', lane: 'legacy-io', why: 'no verdict', count: 1 }]);
    expect(gateway.stdout() + gateway.stderr()).toMatch(/"rule":"chat".*"why":"no verdict"/u);
  });

  test('a promotion is refused; by force it needs a reason', async () => {
    expect(await migrate('promote', 'chat')).toMatchObject({
      code: 2,
      text: expect.stringContaining('chat stays where it is: no verdict'),
    });
    expect(await migrate('promote', 'chat', '--force')).toMatchObject({
      code: 2,
      text: '--force: needs --reason, which is written down\n',
    });
    expect(await migrate('promote', 'nobody')).toMatchObject({
      code: 2,
      text: 'no rule "nobody" that moves; rules with a candidate: ocr, chat\n',
    });
    expect((await standing('chat')).inForce).toBe('off');
  });

  test('in a folder that no gateway knows nothing is changed, nor made', async () => {
    for (const words of [['off'], ['promote', 'chat'], ['rollback', 'chat']] as const) {
      const { code, text } = await migrate(...words, '--data', 'elsewhere');
      expect([code, text], words[0]).toStrictEqual([2, expect.stringContaining('elsewhere does not exist: no gateway has run over it')]);
    }
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
    expect(await told('status', '--data', 'elsewhere')).toContain('warning: elsewhere does not exist');
    expect(await told('history', '--data', 'elsewhere')).toContain('elsewhere does not exist');
    expect(await told('history', 'nobody')).toBe('nothing was changed of rule "nobody" yet\n');
  });

  test('by force with a reason it goes, and the trail has both', async () => {
    await told('promote', 'chat', '--to', 'on', '--force', '--reason', 'looked at by hand');
    await inForce('hono');
    expect(await told('history')).toMatch(/ +promote +chat +off → on +for [0-9a-f]{12} +looked at by hand$/mu);
    await told('rollback', 'chat', '--reason', 'seen enough');
    await inForce('legacy-io');
    expect(await told('history')).toMatch(/ +rollback +chat +on → off +seen enough$/mu);
    const before = [await told('history'), (await status()).revision];
    expect(await told('rollback', 'chat', '--reason', 'once more')).toBe('chat is off already: nothing was to be done\n');
    expect([await told('history'), (await status()).revision]).toStrictEqual(before);
  });
});

describe('with a verdict', () => {
  test('of other code nothing moves, and it is said so', async () => {
    writeVerdicts(verdictFile('0'.repeat(64)));
    const { code, text } = await migrate('promote', 'chat');
    expect([code, text]).toStrictEqual([2, expect.stringContaining('verdict of other code or configuration')]);
    expect(await told('status')).toMatch(/ chat .*\(other code or config\)/u);
  });

  test('made elsewhere, a rule goes to its canary, where a session keeps to one lane and many have their share', async () => {
    const { fingerprint } = await standing('chat');
    writeFileSync(join(folder, 'from-ci.json'), verdictFile(fingerprint));
    expect(await told('promote', 'chat', '--verdicts', 'from-ci.json')).toContain(
      'chat: canary 50 %, from legacy-io to hono (pass: 0 of 3,000, ≤ 0.1 %)',
    );
    expect(await told('history', 'chat')).toMatch(/ +promote +chat +off → canary 50 % +pass: 0 of 3,000, ≤ 0\.1 % for [0-9a-f]{12}$/mu);
    const lanes = new Map<string, string | null>();
    const sessions = Array.from({ length: 40 }, (_, at) => `session-${at}`);
    const lanesSeen = (): ReadonlySet<string | null> => new Set(lanes.values());
    await expect
      .poll(
        async () => {
          for (const session of sessions) lanes.set(session, (await ask({}, { 'x-session-id': session })).lane);
          return lanesSeen();
        },
        { timeout: IN_FORCE_MS_MAX },
      )
      .toStrictEqual(new Set(['hono', 'legacy-io']));
    const inside = [...lanes.values()].filter((lane) => lane === 'hono').length;
    expect(inside).toBeGreaterThan(8);
    expect(inside).toBeLessThan(32);
    for (const session of sessions) {
      expect([session, (await ask({ stream: true }, { 'x-session-id': session })).lane]).toStrictEqual([session, lanes.get(session)]);
    }
    const explained = await told(
      'explain',
      'curl',
      `${gateway.url}/v1/chat/completions`,
      '-H',
      'x-session-id: session-0',
      '-d',
      '{"model":"chat"}',
    );
    expect(explained).toContain(
      `Lane ${lanes.get('session-0')}, rule chat: ${lanes.get('session-0') === 'hono' ? 'in the canary' : 'outside the canary'}`,
    );
  });

  test('and then to everybody; a later failure steps it back by itself', async () => {
    const { fingerprint } = await standing('chat');
    expect(await told('promote', 'chat')).toContain('chat: on');
    await inForce('hono');
    const revision = (await status()).revision;
    expect(await told('promote', 'chat')).toBe('chat is there already: on\n');
    expect((await status()).revision).toBe(revision);
    writeVerdicts(verdictFile(fingerprint, { verdict: 'fail', mismatched: 9, reasons: ['9 of 3000 mismatched'] }));
    await inForce('legacy-io');
    expect((await standing('chat')).why).toBe('verdict fail');
    expect(await told('status')).toContain('chat: why the verdict is fail\n  9 of 3000 mismatched\n');
    expect((await migrate('promote', 'chat')).text).toContain('chat stays where it is: verdict fail (9 of 3000 mismatched)');
    writeVerdicts(verdictFile(fingerprint));
    await inForce('hono');
  });
});

test('explain says rule by rule what a call meets, and sends nothing', async () => {
  const before = provider.requests.length;
  const text = await told('explain', '/v1/chat/completions', '--json', '{"model": "chat", "stream": true}');
  expect(text).toMatch(/^POST \/v1\/chat\/completions: model chat of openai, stream$/mu);
  expect(text).toMatch(/^ {2}1 +ocr +no, route: the call's is \/v1\/chat\/completions +\/v1\/ocr, mistral$/mu);
  expect(text).toMatch(/^ {2}2 +chat +yes +hono +candidate on +openai$/mu);
  const form = await told('explain', '/ocr', '-F', 'model=scan', '-F', 'file=@a.pdf');
  expect(form).toMatch(/^Lane legacy-io, rule ocr: candidate off$/mu);
  expect(await told('explain', 'http://x.test/v1/images/generations')).toMatch(/^Lane hono, rule default: no rule matches$/mu);
  expect(provider.requests.length).toBe(before);
});

describe('the kill switch', () => {
  test('sends everything back, whatever the config file has become; lifted, all is as it was', async () => {
    await inForce('hono');
    writeFileSync(join(folder, 'config.yaml'), 'model_list: [');
    await told('off', '--reason', 'fire');
    await inForce('legacy-io');
    writeFileSync(join(folder, 'config.yaml'), configFor(provider.url));
    expect(await told('status')).toMatch(/^KILL SWITCH since .+: fire\. Every call is on its serving lane\.$/mu);
    expect(await migrate('promote', 'chat')).toMatchObject({ code: 2, text: expect.stringContaining('kill switch, since ') });
    await told('off', '--lift');
    await inForce('hono');
  });

  test(`flipped ${FLIPS} times under load it fails no call`, async () => {
    const paths = gatePaths(join(folder, '.stagegate'));
    const change = { at: new Date().toISOString(), by: 'test' };
    const failed: Asked[] = [];
    const counts = new Map<string | null, number>();
    const load = { running: true };
    const call = async (stream: boolean): Promise<void> => {
      while (load.running) {
        const asked = await ask({ stream });
        counts.set(asked.lane, (counts.get(asked.lane) ?? 0) + 1);
        if (asked.status !== 200 || asked.rule !== 'chat') failed.push(asked);
      }
    };
    const callers = Array.from({ length: CALLERS }, (_, at) => call(at % 2 === 0));
    for (let flip = 0; flip < FLIPS; flip += 1) {
      changeGateState(paths, (state) => (state.off === undefined ? switchOff(state, 'flip', change) : lift(state, change)));
      const lane = flip % 2 === 0 ? 'legacy-io' : 'hono';
      const before = counts.get(lane) ?? 0;
      while ((counts.get(lane) ?? 0) < before + CALLERS) await sleep(5);
    }
    load.running = false;
    await Promise.all(callers);
    expect(failed).toStrictEqual([]);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual((FLIPS / 2) * CALLERS);
  }, 180_000);
});

describe('at the next start', () => {
  test('with the same code a promoted rule is where it was; a killed gateway leaves no report that counts', async () => {
    await end(gateway);
    gateway = await serve([], folder, { LITELLM_MASTER_KEY: KEY });
    expect(gateway.stdout()).toMatch(/^ {2}chat +legacy-io +hono +on +on +candidate on$/mu);
    expect((await ask()).lane).toBe('hono');
    expect((await status()).gateways.map(({ pid }) => pid)).toStrictEqual([gateway.child.pid]);
    expect(readdirSync(join(folder, '.stagegate/migration/running')).length).toBeGreaterThanOrEqual(1);
  });

  test('with another configuration it falls back by itself, visibly', async () => {
    await end(gateway);
    const other = configFor(provider.url).replace('openai/gpt-4o', 'openai/gpt-4o-mini');
    writeFileSync(join(folder, 'config.yaml'), other);
    gateway = await serve([], folder, { LITELLM_MASTER_KEY: KEY });
    expect(gateway.stdout()).toMatch(/^ {2}chat +legacy-io +hono +on +off +verdict of other code or configuration$/mu);
    expect((await ask()).lane).toBe('legacy-io');
  });

  test('a rule that is another one now drops what was said of it, and says so', async () => {
    await end(gateway);
    writeFileSync(join(folder, 'config.yaml'), configFor(provider.url).replace('{ provider: openai }', '{ model: chat }'));
    gateway = await serve([], folder, { LITELLM_MASTER_KEY: KEY });
    expect(gateway.stdout()).toContain('What was said of rule "chat" at run time is dropped');
    expect((await ask()).lane).toBe('legacy-io');
    const trail = readFileSync(join(folder, '.stagegate/migration/history.jsonl'), 'utf8').trim().split('\n');
    const revisions = trail.map((line): number => (JSON.parse(line) as { readonly revision: number }).revision);
    expect(revisions).toStrictEqual(revisions.map((_, at) => at + 1));
  });
});
