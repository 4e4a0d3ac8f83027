import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonObject } from '@stagegate/core-transforms';
import { findFreePort } from '@stagegate/testbed';
import { waitForAnswer } from './wait-for-answer.ts';

/** A running LiteLLM proxy. */
export interface RunningLitellm {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** The id of its only process. */
  readonly pid: number;
  readonly close: () => Promise<void>;
}

/** A start takes 6 to 8 s, but has been seen to take minutes on a busy machine. */
const START_MS_MAX = 420_000;
const LOG_CHARS_MAX = 4_000;

/**
 * Starts LiteLLM's proxy without a database on a free port of the loopback, and waits until it answers.
 *
 * in:     the Python of a virtual environment that has it, the configuration, and the environment to start it in.
 * errors: rejects when it ends early or does not answer in time, with the end of what it printed.
 */
export async function startLitellm(
  python: string,
  config: JsonObject,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningLitellm> {
  const command = join(dirname(python), 'litellm');
  if (!existsSync(command)) throw new Error(`${command} does not exist: expected the Python of an environment that has litellm[proxy]`);
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-litellm-'));
  // JSON is valid YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const port = await findFreePort();
  const child = spawn(
    command,
    ['--config', join(folder, 'config.yaml'), '--host', '127.0.0.1', '--port', String(port), '--telemetry', 'False'],
    { cwd: folder, env: { PATH: env['PATH'], HOME: folder, LITELLM_LOCAL_MODEL_COST_MAP: 'True' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const keep = (chunk: Buffer): void => void (printed = (printed + chunk.toString()).slice(-LOG_CHARS_MAX));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => void (ended = true));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const { pid = NaN } = child;
  const isUp = await waitForAnswer(
    `${url}/health/liveliness`,
    (status) => status === 200,
    () => ended,
    START_MS_MAX,
  );
  if (!isUp) {
    await close();
    throw new Error(`LiteLLM did not start:\n${printed}`);
  }
  return { url, port, pid, close };
}
