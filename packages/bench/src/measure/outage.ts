import { setTimeout as wait } from 'node:timers/promises';
import { buildGateways } from '../gateways/build-gateways.ts';
import type { GatewayName } from '../gateways/names.ts';
import { startGateway } from '../gateways/start-gateway.ts';
import { chatBody, KEY } from '../upstream/payloads.ts';
import { startFailing, type FailingUpstream } from '../upstream/start-failing.ts';

/** How long everything is down, and how many calls come. */
export interface OutageOptions {
  readonly callsPerSecond: number;
  readonly downSeconds: number;
  readonly only: readonly GatewayName[];
}

/** What an outage came to. */
export interface OutageFigures {
  readonly gateway: GatewayName;
  /** Of clients, while every provider was down. */
  readonly calls: number;
  /** Of the gateway to providers, in the same time. */
  readonly asked: number;
  readonly downSeconds: number;
  /** Calls that got no answer at all, from first to last: a gateway that fails says so. */
  readonly lost: number;
  /** Of the calls that began more than five seconds after providers were back, those that were answered. */
  readonly answeredRatio: number;
}

const RECOVERY_SECONDS = 5;
/** How long calls are counted once it should have recovered. */
const WATCH_SECONDS = 5;
const CALL_MS_MAX = 30_000;
/** One of each kind: alone, alone with a fallback, and several. */
const GROUPS = ['alone', 'falls', 'pair'] as const;

/** Takes every provider down for a while under load, and brings them back. */
export async function measureOutage(
  { callsPerSecond, downSeconds, only }: OutageOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: readonly OutageFigures[]; readonly flags: readonly string[] }> {
  const build = await buildGateways();
  const upstream = await startFailing();
  const figures: OutageFigures[] = [];
  try {
    for (const gateway of only.filter((name) => name !== 'relay' && name !== 'reference')) {
      const running = await startGateway(gateway, build, upstream.port, { more: configFor(upstream.port) });
      try {
        const measured = { gateway, downSeconds, ...(await outageOf(running.port, upstream, callsPerSecond, downSeconds)) };
        figures.push(measured);
        say(
          `${gateway.padEnd(12)} ${measured.calls} calls, ${measured.asked} to providers, ${(measured.answeredRatio * 100).toFixed(2)} % answered`,
        );
      } finally {
        await running.stop();
      }
    }
  } finally {
    upstream.close();
    build.remove();
  }
  return { figures, flags: build.flags };
}

function configFor(port: number): object {
  const params = { model: 'openai/gpt-4o', api_base: `http://127.0.0.1:${port}/v1`, api_key: 'sk-key-of-the-mock' };
  return {
    model_list: ['alone', 'falls', 'pair', 'pair'].map((group, at) => ({
      model_name: group,
      litellm_params: params,
      model_info: { id: `deployment-${at}` },
    })),
    router_settings: { fallbacks: [{ falls: ['pair'] }] },
  };
}

type CallEnd = 'answered' | 'refused' | 'lost';

async function outageOf(
  port: number,
  upstream: FailingUpstream,
  callsPerSecond: number,
  downSeconds: number,
): Promise<Omit<OutageFigures, 'gateway' | 'downSeconds'>> {
  upstream.setDown(false);
  await Promise.all(GROUPS.map((group) => callOnce(port, group)));
  upstream.setDown(true);
  upstream.reset();
  const failing = await load(port, callsPerSecond, downSeconds);
  const asked = upstream.asked();
  upstream.setDown(false);
  const recovering = await load(port, callsPerSecond, RECOVERY_SECONDS);
  const after = await load(port, callsPerSecond, WATCH_SECONDS);
  const ends = await Promise.all(after);
  const all = [...ends, ...(await Promise.all([...failing, ...recovering]))];
  return {
    calls: failing.length,
    asked,
    lost: all.filter((end) => end === 'lost').length,
    answeredRatio: ends.filter((end) => end === 'answered').length / ends.length,
  };
}

/** Sends calls at an even pace, whether or not the ones before were answered. */
async function load(port: number, callsPerSecond: number, seconds: number): Promise<readonly Promise<CallEnd>[]> {
  const calls: Promise<CallEnd>[] = [];
  const startMs = performance.now();
  for (let passedMs = 0; passedMs < seconds * 1000; passedMs = performance.now() - startMs) {
    const due = Math.floor((passedMs / 1000) * callsPerSecond);
    while (calls.length < due) calls.push(callOnce(port, GROUPS[calls.length % GROUPS.length] ?? 'alone'));
    await wait(2);
  }
  return calls;
}

async function callOnce(port: number, group: string): Promise<CallEnd> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: chatBody(group, false),
      signal: AbortSignal.timeout(CALL_MS_MAX),
    });
    await answer.arrayBuffer();
    return answer.ok ? 'answered' : 'refused';
  } catch {
    return 'lost';
  }
}
