import { chooseTransform, type JsonObject } from '@stagegate/core-transforms';
import { noCredentials, silentLog, systemClock, type Clock, type Handler, type Ids } from '@stagegate/gateway-engine/ports';
import { createUpstream } from '@stagegate/gateway-engine/upstream';
import type { FakeUpstream, SeenRequest } from '@stagegate/testbed';
import type { CallFacts, SentRequest } from '../compare/call-facts.ts';
import { LANE_FACTORIES, readConfig, type HttpLane } from '../lanes/index.ts';
import { sentHeaders } from './to-sent.ts';
import { MASTER_KEY, PROVIDER_KEY, type MixedCall } from './traffic.ts';

/** One gateway that the mixed traffic is given to. */
export interface Side {
  /** `reference`, or a lane. */
  readonly name: string;
  readonly play: (call: MixedCall) => Promise<CallFacts>;
}

/** A side that was started here. */
export interface OwnSide extends Side {
  readonly close: () => Promise<void>;
}

/** A fixed wall clock and fixed ids, so that two of our lanes can be compared byte for byte. */
const CLOCK: Clock = { ...systemClock, nowMs: () => 1_764_000_000_000 };
const IDS: Ids = { callId: () => '00000000-0000-4000-8000-000000000000', random: () => 0 };

/** A gateway at a URL. */
export function remoteSide(name: string, url: string, upstream: FakeUpstream): Side {
  return { name, play: (call) => observe(call, url, fetch, upstream) };
}

/** One of our lanes with its whole handler: calls come in without sockets, and go to the provider over real ones. */
export async function laneSide(lane: HttpLane, config: JsonObject, upstream: FakeUpstream): Promise<OwnSide> {
  const own = createUpstream();
  const effects = { credentials: noCredentials, clock: CLOCK, ids: IDS, log: silentLog };
  const made = await LANE_FACTORIES[lane]({ config: readConfig(config), transforms: chooseTransform, upstream: own, fetch, ...effects });
  const { handler } = made.lane;
  return {
    name: lane,
    play: (call) => observe(call, 'http://stagegate.test', handler, upstream),
    close: async () => {
      await made.close();
      await own.close();
    },
  };
}

async function observe(call: MixedCall, url: string, handle: Handler, upstream: FakeUpstream): Promise<CallFacts> {
  const { method, path, body, script } = call;
  const before = upstream.requests.length;
  if (script !== undefined) upstream.enqueue(script);
  const answer = await handle(
    new Request(url + path, {
      method,
      headers: {
        authorization: `Bearer ${MASTER_KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  const bytes = Buffer.from(await answer.arrayBuffer());
  upstream.clearScripts();
  // The provider's date differs from side to side.
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'llm_provider-date'));
  return {
    sent: upstream.requests.slice(before).map(toSent),
    status: answer.status,
    headers,
    body: bytes.toString(),
    isBinary: false,
    effects: effectsOf(headers),
  };
}

/** The cost that the gateway reports, the only effect that can be seen from outside. */
function effectsOf({ 'x-litellm-response-cost': cost }: Readonly<Record<string, string>>): JsonObject {
  return cost === undefined ? {} : { chargedUsd: Number(cost) };
}

function toSent({ method, path, headers, text }: SeenRequest): SentRequest {
  return { method, path, headers: sentHeaders(headers, PROVIDER_KEY), body: text };
}
