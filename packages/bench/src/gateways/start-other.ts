import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { JsonObject } from '@stagegate/core-transforms';
import { readProcessEnv } from '@stagegate/gateway-engine/config';
import { startLitellm, waitForAnswer } from '@stagegate/parity/reference';
import { findFreePort } from '@stagegate/testbed';
import type { OtherName } from './names.ts';
import type { RunningGateway } from './start-gateway.ts';

const START_MS_MAX = 30_000;

/**
 * Starts somebody else's gateway in front of the mock, as its makers say it is started.
 *
 * in:     a configuration in LiteLLM's form, and the mock's address.
 * errors: rejects when it is not on this machine, or does not answer.
 */
export async function startOther(name: OtherName, config: JsonObject, upstreamUrl: string): Promise<RunningGateway> {
  const env = readProcessEnv();
  const where = env[INSTALLED[name]];
  if (where === undefined) throw new Error(`${name} is not on this machine: ${INSTALLED[name]} names no program`);
  if (name === 'portkey') return startPortkey(where, env, upstreamUrl);
  const { pid, port, close } = await startLitellm(where, config, env);
  return { pid, port, stop: close };
}

const INSTALLED: Readonly<Record<OtherName, string>> = { litellm: 'STAGEGATE_LITELLM_PYTHON', portkey: 'STAGEGATE_PORTKEY' };

/** Each call tells it where to send the request. */
async function startPortkey(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
  upstreamUrl: string,
): Promise<RunningGateway> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [program, `--port=${port}`, '--headless'], {
    env: { PATH: env['PATH'], NODE_ENV: 'production' },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const isUp = await waitForAnswer(
    `http://127.0.0.1:${port}/`,
    (status) => status < 500,
    () => child.exitCode !== null,
    START_MS_MAX,
  );
  if (!isUp) {
    await stop();
    throw new Error('portkey does not answer');
  }
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstreamUrl}/v1` };
  return { pid: child.pid ?? NaN, port, headers, stop };
}
