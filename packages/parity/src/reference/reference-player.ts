import type { Headers } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { isUpstreamFailure, type Deployment, type UpstreamFailure } from '@stagegate/gateway-engine/ports';
import type { ReplayCall } from '../replay/replay-call.ts';
import { askFor, toRequest, type Played } from '../replay/replay-lane.ts';
import { REPLAY_KEY, toLitellmConfig, whyUnseen } from './litellm-config.ts';
import { startRecordedProvider } from './recorded-provider.ts';
import { startLitellm } from './start-litellm.ts';

const API_BASE = 'x-litellm-model-api-base';
const MODEL_ID = 'x-litellm-model-id';

/** LiteLLM itself as a player of records. */
export interface ReferencePlayer {
  /** Why playing a call would prove nothing; undefined where it can be played. */
  readonly whyNot: (call: ReplayCall) => string | undefined;
  readonly play: (call: ReplayCall) => Promise<Played>;
  readonly close: () => Promise<void>;
}

/**
 * Starts LiteLLM in front of a recorded provider.
 *
 * in:     the Python of a virtual environment that has it, and the configuration that is replayed.
 * errors: rejects when LiteLLM does not start.
 */
export async function startReferencePlayer(python: string, config: LoadedConfig): Promise<ReferencePlayer> {
  const provider = await startRecordedProvider();
  try {
    const litellm = await startLitellm(python, toLitellmConfig(config, provider.url), config.environment);
    return {
      whyNot: (call) => whyNotPlayed(call, config.deployments),
      play: async (call) => {
        provider.load(call.replies);
        const sentMs = performance.now();
        try {
          const { shown, firstByteMs, totalMs } = await askFor(
            fetch,
            toRequest(call, litellm.url, { authorization: `Bearer ${REPLAY_KEY}` }),
            sentMs,
          );
          const latency = { firstByteMs: call.provider.firstByteMs + firstByteMs, totalMs: call.provider.totalMs + totalMs };
          // LiteLLM's side effects cannot be observed.
          const headers = withRecordedId(withRecordedHost(shown.headers, provider.url, call), config.deployments, call);
          return { facts: { sent: provider.sent(), ...shown, headers, effects: {} }, latency, declined: undefined, thrown: undefined };
        } catch (error) {
          return { facts: undefined, latency: { firstByteMs: 0, totalMs: 0 }, declined: undefined, thrown: String(error) };
        } finally {
          provider.load([]);
        }
      },
      close: async () => {
        await litellm.close();
        await provider.close();
      },
    };
  } catch (error) {
    await provider.close();
    throw error;
  }
}

/** Replaces the recorded provider's address with the recorded host, because the replay alone changed it. */
function withRecordedHost(headers: Headers, providerUrl: string, { record }: ReplayCall): Headers {
  const [attempt] = record.attempts;
  const base = headers[API_BASE];
  if (attempt === undefined || base?.startsWith(providerUrl) !== true) return headers;
  return { ...headers, [API_BASE]: new URL(attempt.request.url).origin + base.slice(providerUrl.length) };
}

/** Replaces ids of our deployments with the recorded one: an id may be a hash over key and address, which differ in a replay. */
function withRecordedId(headers: Headers, deployments: readonly Deployment[], { record }: ReplayCall): Headers {
  const [attempt] = record.attempts;
  const own = deployments.find(({ modelGroup }) => modelGroup === attempt?.deployment.modelGroup);
  return attempt !== undefined && headers[MODEL_ID] === own?.id ? { ...headers, [MODEL_ID]: attempt.deployment.id } : headers;
}

/** Why a record cannot be played. LiteLLM routes at random and waits on its own, so only single attempts on one deployment can be repeated. */
function whyNotPlayed({ record, replies }: ReplayCall, deployments: readonly Deployment[]): string | undefined {
  if (replies.length > 1) return 'the record has several attempts, which another router would make otherwise';
  const group = record.deployment?.modelGroup;
  const able = group === undefined ? [] : deployments.filter(({ modelGroup }) => modelGroup === group);
  const [only] = able;
  if (group !== undefined && (only === undefined || able.length > 1)) return `the group ${group} has ${able.length} deployments`;
  const unseen = only && whyUnseen(only);
  if (unseen !== undefined) return unseen;
  const failures = replies.map((reply): UpstreamFailure | undefined => (isUpstreamFailure(reply) ? reply : reply.failure));
  return failures.some((failure) => failure !== undefined && failure.kind !== 'reset')
    ? 'its provider failed in a way that takes time'
    : undefined;
}
