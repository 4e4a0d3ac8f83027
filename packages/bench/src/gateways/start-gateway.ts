import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JsonObject } from '@stagegate/core-transforms';
import { KEY, MODELS } from '../upstream/payloads.ts';
import type { Build } from './build-gateways.ts';
import { isOther, type GatewayName, type OwnName } from './names.ts';
import { startOther } from './start-other.ts';

const START_MS_MAX = 20_000;
const RECORDED_BYTES_MAX = 200_000_000;

/** A gateway in a process of its own. */
export interface RunningGateway {
  readonly pid: number;
  readonly port: number;
  /** What its clients have to say beside their key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** What a gateway may be started with beside what all are. */
export interface GatewayExtras {
  /** Laid over its configuration. */
  readonly more?: object;
  /** Of its database; absent: it goes without. */
  readonly databaseUrl?: string | undefined;
}

/** Starts a gateway in front of the mock and waits until it says where it listens. */
export async function startGateway(
  name: GatewayName,
  build: Build,
  upstreamPort: number,
  extras: GatewayExtras = {},
): Promise<RunningGateway> {
  const upstreamUrl = `http://127.0.0.1:${upstreamPort}`;
  if (isOther(name)) return startOther(name, configFor('hono', upstreamUrl, build.folder, undefined), upstreamUrl);
  const program = name === 'relay' ? [build.relay, upstreamUrl] : serveArguments(name, build, upstreamUrl, extras);
  const child = spawn(process.execPath, [...build.flags, ...program], { cwd: build.folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const port = await portOf(name, createInterface({ input: child.stdout }));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  if (child.pid === undefined) throw new Error(`${name} did not start`);
  return { pid: child.pid, port, stop };
}

function portOf(name: string, lines: AsyncIterable<string> & NodeJS.EventEmitter): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} does not say where it listens`)), START_MS_MAX);
    lines.on('line', (line: string) => {
      const port = / on http:\/\/127\.0\.0\.1:(\d+)/u.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    lines.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`${name} ended before it listened`));
    });
  });
}

function serveArguments(name: OwnName, build: Build, upstreamUrl: string, { more, databaseUrl }: GatewayExtras): string[] {
  // Its own: a gateway follows its config, and would take over that of another with the same name.
  const data = mkdtempSync(join(build.folder, `${name}-`));
  const config = join(data, 'config.json');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ ...configFor(name, upstreamUrl, data, databaseUrl), ...more }));
  const database = databaseUrl === undefined ? ['--no-db'] : [];
  return [build.stagegate, 'serve', '--config', config, '--port', '0', '--data', data, ...database, ...SHELL_OF[name]];
}

const SHELL_OF: Readonly<Record<OwnName, readonly string[]>> = {
  hono: ['--shell', 'hono'],
  'hono-recording': ['--shell', 'hono'],
  front: ['--shell', 'front'],
  'legacy-thin': ['--shell', 'legacy', '--stage', '2'],
  'legacy-io': ['--shell', 'legacy', '--stage', '1'],
  reference: ['--shell', 'front'],
};

function configFor(name: OwnName, upstreamUrl: string, data: string, databaseUrl: string | undefined): JsonObject {
  const key = { api_key: 'sk-key-of-the-mock' };
  return {
    model_list: [
      { model_name: MODELS.same, litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, ...key } },
      { model_name: MODELS.crossing, litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, ...key } },
    ],
    general_settings: { master_key: KEY, ...(databaseUrl !== undefined && { database_url: databaseUrl }) },
    ...migrationOf(name, upstreamUrl, data),
  };
}

/** Front has to read the body to match its rules; the relay has to relay. */
function migrationOf(name: OwnName, upstreamUrl: string, data: string): JsonObject {
  if (name === 'hono-recording') return { migration: { record: { dir: join(data, 'records'), max_bytes: RECORDED_BYTES_MAX } } };
  if (name === 'reference') return { migration: { reference_url: upstreamUrl, rules: [], default: { lane: 'reference' } } };
  if (name !== 'front') return {};
  const rules = [
    { name: 'ocr', match: { route: '/v1/ocr', provider: 'mistral' }, lane: 'legacy-thin' },
    { name: 'anthropic', match: { route: '/v1/chat/completions', provider: 'anthropic' }, lane: 'hono' },
    { name: 'openai', match: { provider: 'openai' }, lane: 'hono' },
  ];
  return { migration: { rules, default: { lane: 'hono' } } };
}
