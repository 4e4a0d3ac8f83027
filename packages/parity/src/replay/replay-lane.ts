import { chooseTransform, type ChooseTransform, type Headers } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { systemClock, type Clock, type Credentials, type Handler, type Ids } from '@stagegate/gateway-engine/ports';
import type { CallFacts } from '../compare/call-facts.ts';
import { LANE_FACTORIES, type HttpLane, type LaneFactory, type PlayableLane } from '../lanes/lane-factory.ts';
import type { Latency } from '../verdict/comparison.ts';
import { EffectsProbe } from './effects.ts';
import { isBinaryType, type ReplayCall } from './replay-call.ts';
import { narrowConfig, narrowKey } from './replay-config.ts';
import { ReplayUpstream } from './replay-upstream.ts';
import { CREDENTIAL } from './sent-request.ts';

/** What a lane made of a call. */
export interface Played {
  /** Undefined when it threw or gave no answer in time. */
  readonly facts: CallFacts | undefined;
  /** As a caller would have waited: the provider's recorded time, and what the lane adds now. */
  readonly latency: Latency;
  /** Why the lane did not serve the call: `<by>: <reason>`. */
  readonly declined: string | undefined;
  /** A bug: what it threw, or logged as one. */
  readonly thrown: string | undefined;
}

/** A lane that plays records, one at a time. */
export interface ReplayLane {
  readonly name: HttpLane;
  readonly play: (call: ReplayCall) => Promise<Played>;
  readonly close: () => Promise<void>;
}

/** Arguments of a lane that a test may break. */
export interface LaneParts {
  readonly factory?: LaneFactory;
  readonly transforms?: ChooseTransform;
}

const ORIGIN = 'http://gateway.replay';
const ANSWER_MS_MAX = 120_000;

/** Nothing is fetched or signed: a stand-in goes where a token or a signature would. */
const STAND_IN: Credentials = { authorize: async () => ({ authorization: CREDENTIAL }) };

/**
 * Wires a lane over recorded providers.
 *
 * in: a configuration as `toReplayConfig` gives it; identity and wall clock come from each record.
 */
export function createReplayLane(name: HttpLane, config: LoadedConfig, parts: LaneParts = {}): ReplayLane {
  const { factory = LANE_FACTORIES[name], transforms = chooseTransform } = parts;
  const provider = new ReplayUpstream();
  const effects = new EffectsProbe();
  let ambient = { callId: '', nowSeconds: 0 };
  const clock: Clock = {
    nowMs: () => ambient.nowSeconds * 1000,
    monotonicMs: systemClock.monotonicMs,
    // What a retry waits for has happened.
    wait: async () => undefined,
  };
  const ids: Ids = { callId: () => ambient.callId, random: () => 0 };
  const { upstream, fetch } = provider;
  const { log, counters, spending } = effects;
  const patience = new Patience();
  const lanes = new Map<string, Promise<PlayableLane>>();
  const laneFor = (call: ReplayCall): Promise<PlayableLane> => {
    const key = narrowKey(config, call.record);
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const made = factory({
      config: narrowConfig(config, key),
      transforms,
      upstream,
      fetch,
      credentials: STAND_IN,
      clock,
      ids,
      log,
      counters,
      spending,
    });
    lanes.set(key, made);
    return made;
  };
  return {
    name,
    play: async (call) => {
      const { lane } = await laneFor(call);
      ambient = call.record.ambient;
      provider.load(call.replies);
      effects.reset();
      const sentMs = performance.now();
      try {
        const answered = await patience.waitFor(askFor(lane.handler, toRequest(call, ORIGIN), sentMs));
        const sent = await provider.sent();
        return {
          facts: { sent, ...answered.shown, effects: effects.read() },
          latency: {
            firstByteMs: call.provider.firstByteMs + answered.firstByteMs,
            totalMs: call.provider.totalMs + answered.totalMs,
          },
          declined: answered.shown.headers['x-stagegate-declined'],
          thrown: effects.bug,
        };
      } catch (error) {
        const thrown = error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error);
        return { facts: undefined, latency: { firstByteMs: 0, totalMs: 0 }, declined: undefined, thrown: effects.bug ?? thrown };
      }
    },
    close: async () => {
      patience.end();
      await Promise.all([...lanes.values()].map(async (made) => (await made).close()));
    },
  };
}

/** What a client saw of an answer, and how long it waited. */
export interface Answered extends Latency {
  readonly shown: Omit<CallFacts, 'sent' | 'effects'>;
}

/** Asks, and reads the answer to its end. `sentMs` is when the waiting began. */
export async function askFor(handler: Handler, request: Request, sentMs: number): Promise<Answered> {
  const response = await handler(request);
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  const isBinary = isBinaryType(headers['content-type']);
  const encoding = isBinary ? 'base64' : 'utf8';
  if (headers['content-type']?.startsWith('text/event-stream') !== true) {
    const bytes = Buffer.from(await response.arrayBuffer());
    const totalMs = performance.now() - sentMs;
    return { shown: { status, headers, body: bytes.toString(encoding), isBinary }, firstByteMs: totalMs, totalMs };
  }
  const pieces: Uint8Array[] = [];
  let firstByteMs: number | undefined;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    firstByteMs ??= performance.now() - sentMs;
    pieces.push(read.value);
  }
  const totalMs = performance.now() - sentMs;
  return {
    shown: { status, headers, body: Buffer.concat(pieces).toString(encoding), isBinary },
    firstByteMs: firstByteMs ?? totalMs,
    totalMs,
  };
}

/** The client's request of a record, to a gateway; `more` headers go over those that were recorded. */
export function toRequest({ record: { client }, body }: ReplayCall, origin: string, more: Headers = {}): Request {
  const { method, path, query } = client;
  const headers = { ...client.headers, ...more };
  const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, { method, headers, body: hasBody ? body : null });
}

/** Waits for one answer at a time, and not for ever. One timer for all of them: it is only set back. */
class Patience {
  #giveUp: ((error: Error) => void) | undefined;
  readonly #timer = setTimeout(() => this.#giveUp?.(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);

  waitFor<T>(answer: Promise<T>): Promise<T> {
    this.#timer.refresh();
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      answer.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
