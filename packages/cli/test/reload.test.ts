import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterEach, expect, test, vi } from 'vitest';
import { end, makeFolder, type Run, type Served, serve } from './spawn-serve.ts';

vi.setConfig({ testTimeout: 120_000 });

const KEY = 'sk-of-this-test';
const running: (Run | { readonly close: () => Promise<void> })[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await ('child' in one ? end(one) : one.close());
});

interface Scene {
  readonly served: Served;
  readonly write: (text: string, file?: string) => void;
  readonly upstream: Awaited<ReturnType<typeof startFakeUpstream>>;
  readonly config: (...models: readonly string[]) => string;
  readonly file: string;
  /** What the gateway says of its configuration. */
  readonly state: () => Promise<unknown>;
  readonly ask: (model: string, more?: object) => Promise<Response>;
}

async function scene(): Promise<Scene> {
  const upstream = await startFakeUpstream();
  running.push(upstream);
  const config = (...models: readonly string[]): string =>
    `model_list:\n${models
      .map((name) => `  - { model_name: ${name}, litellm_params: { model: openai/gpt-4o, api_base: "${upstream.url}/v1", api_key: k } }\n`)
      .join('')}`;
  const folder = makeFolder({ 'config.yaml': config('first') });
  const served = await serve([], folder, { LITELLM_MASTER_KEY: KEY });
  running.push(served);
  return {
    served,
    upstream,
    config,
    file: join(folder, 'config.yaml'),
    state: async () => {
      const answer = await fetch(`${served.url}/health/readiness/details`, { headers: { authorization: `Bearer ${KEY}` } });
      return ((await answer.json()) as { readonly config: unknown }).config;
    },
    write: (text, file = 'config.yaml') => writeFileSync(join(folder, file), text),
    ask: (model, more = {}) =>
      fetch(`${served.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], ...more }),
      }),
  };
}

/** The events of the log, in their order. */
function events({ served }: Scene, name: string): readonly Record<string, string>[] {
  return served
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(`"${name}"`))
    .map((line) => JSON.parse(line));
}

async function until(check: () => void): Promise<void> {
  await vi.waitFor(check, { timeout: 30_000, interval: 50 });
}

test('F-38: new calls get the new configuration, those that run keep the old one, and the log says what changed', async () => {
  const here = await scene();
  // One answer that ends only when the test has seen the new configuration.
  here.upstream.enqueue({ splitAt: [40], pieceDelayMs: 4_000 });
  const slow = await here.ask('first', { stream: true });
  here.write(here.config('second'));
  await until(() => expect(events(here, 'config-loaded')).toMatchObject([{ added: 'second', removed: 'first' }]));
  expect((await here.ask('second')).status).toBe(200);
  expect((await here.ask('first')).status).toBe(400);
  expect(await slow.text()).toMatch(/data: \[DONE\]\s*$/u);
});

test('F-38: what cannot be served changes nothing, and is said', async () => {
  const here = await scene();
  const bad: readonly (readonly [text: string | undefined, why: string])[] = [
    ['model_list: [', 'expected YAML'],
    ['', 'an empty config.yaml'],
    ['general_settings: {}\n', 'no model left'],
    [here.config('first').replace('openai/gpt-4o', '7'), 'litellm_params.model'],
    [`${here.config('second')}general_settings: { custom_auth: true }\n`, 'custom_auth'],
    [`${here.config('second')}include: [nowhere.yaml]\n`, 'nowhere.yaml'],
    [`${here.config('second')}${'# ten megabytes, which would hold calls up for seconds\n'.repeat(190_000)}`, 'more than the 2.0 MB'],
    [here.config('second').slice(0, -20), 'expected'],
    [undefined, 'cannot read the config'],
  ];
  for (const [index, [text, why]] of bad.entries()) {
    if (text === undefined) rmSync(here.file);
    else here.write(text);
    await until(() => expect(events(here, 'config-kept')).toHaveLength(index + 1));
    expect(events(here, 'config-kept')[index]).toMatchObject({ generation: 1, why: expect.stringContaining(why) });
    expect(await here.state()).toMatchObject({ generation: 1, kept_because: expect.stringContaining(why) });
    expect((await here.ask('first')).status).toBe(200);
    expect((await here.ask('second')).status).toBe(400);
  }
  // What was served stands there again.
  here.write(here.config('first'));
  await vi.waitFor(async () => expect(await here.state()).toStrictEqual({ generation: 1, kept_because: null }), { timeout: 30_000 });
  here.write(here.config('second'));
  await until(() => expect(events(here, 'config-loaded')).toMatchObject([{ generation: 2 }]));
  expect(await here.state()).toStrictEqual({ generation: 2, kept_because: null });
});

test('F-38: a link that is swapped, as volumes of settings are', async () => {
  const here = await scene();
  rmSync(here.file);
  for (const [index, name] of ['second', 'third'].entries()) {
    here.write(here.config(name), `${name}.yaml`);
    symlinkSync(`${name}.yaml`, `${here.file}.new`);
    renameSync(`${here.file}.new`, here.file);
    await until(() => expect(events(here, 'config-loaded')[index]).toMatchObject({ added: name }));
    expect((await here.ask(name)).status).toBe(200);
  }
});

test('F-38: what a file includes, and the variables it sets, are followed', async () => {
  const here = await scene();
  here.write(here.config('included'), 'more.yaml');
  here.write(`include: [more.yaml]\nenvironment_variables: { GROUP: a }\n${here.config('first')}`);
  await until(() => expect(events(here, 'config-loaded')).toMatchObject([{ added: 'included' }]));
  here.write(here.config('other'), 'more.yaml');
  await until(() => expect(events(here, 'config-loaded')[1]).toMatchObject({ added: 'other', removed: 'included' }));
  here.write(`include: [more.yaml]\nenvironment_variables: { GROUP: b }\n${here.config('first')}`);
  await until(() => expect(events(here, 'config-loaded')[2]).toMatchObject({ settings: 'environment' }));
  expect((await here.ask('other')).status).toBe(200);
});

test('F-38: no call fails while the configuration changes all the time', async () => {
  const here = await scene();
  let flips = 0;
  const flipping = setInterval(() => {
    flips += 1;
    here.write(here.config('first', `other-${Math.floor(flips / 100)}`));
  }, 10);
  const statuses: number[] = [];
  const stopMs = performance.now() + 6_000;
  while (performance.now() < stopMs) statuses.push((await here.ask('first')).status);
  clearInterval(flipping);
  here.write(here.config('first', 'last'));
  await until(() => expect(events(here, 'config-loaded').at(-1)?.['added']).toBe('last'));
  expect(new Set(statuses)).toStrictEqual(new Set([200]));
  expect(events(here, 'config-kept')).toStrictEqual([]);
});
