import { chooseTransform, type DialectId, type JsonObject } from '@stagegate/core-transforms';
import type { RoutingStrategy } from '@stagegate/gateway-engine/ports';
import { chatAnswer, chatEvents, chatRequest, messagesAnswer, messagesEvents, messagesRequest, type StreamEvent } from './bodies.ts';
import { AMBIENT, ANTHROPIC, COMPATIBLE, must, OPENAI, runStream, toCall } from './core-calls.ts';
import { makeLaneChoice } from './lane-choice.ts';
import { toPlan, type Target } from './plans.ts';
import { makeRouteChoice } from './route-choice.ts';

/** The same work twice: as plain JSON, and through core. Both keep what they make, so that nothing is left out as unused. */
export interface Pair {
  readonly id: string;
  readonly title: string;
  /** Of the yardstick's time, at most. */
  readonly ratioMax: number;
  readonly yardstick: () => unknown;
  readonly ours: () => unknown;
  /** How many times one run of either does what the title names. */
  readonly count: number;
}

const SAME_MAX = 1.2;
const CROSSING_MAX = 1.8;
const EVENT_SAME_MAX = 0.7;
const EVENT_CROSSING_MAX = 2;
const LANE_MAX = 0.7;

/** Deployments, how many of them cool down, the strategy, and its goal. */
const ROUTES: readonly (readonly [count: number, cooling: number, strategy: RoutingStrategy, ratioMax: number])[] = [
  [1, 0, 'simple-shuffle', 0.5],
  [100, 0, 'simple-shuffle', 1],
  [10_000, 0, 'simple-shuffle', 2],
  [10_000, 100, 'simple-shuffle', 2],
  [100, 0, 'latency-based-routing', 1],
];

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** One way through core: who calls whom, in which dialects. */
interface Way {
  readonly id: string;
  readonly dialect: DialectId;
  readonly target: Target;
  readonly request: (model: string, stream: boolean) => string;
  readonly answer: string;
  readonly events: readonly StreamEvent[];
  readonly crosses: boolean;
}

const WAYS: readonly Way[] = [
  {
    id: 'chat → openai',
    dialect: 'openai-chat',
    target: OPENAI,
    request: chatRequest,
    answer: chatAnswer(),
    events: chatEvents(),
    crosses: false,
  },
  {
    id: 'messages → anthropic',
    dialect: 'anthropic-messages',
    target: ANTHROPIC,
    request: messagesRequest,
    answer: messagesAnswer(),
    events: messagesEvents(),
    crosses: false,
  },
  {
    id: 'chat → anthropic',
    dialect: 'openai-chat',
    target: ANTHROPIC,
    request: chatRequest,
    answer: messagesAnswer(),
    events: messagesEvents(),
    crosses: true,
  },
  {
    id: 'messages → openai-compatible',
    dialect: 'anthropic-messages',
    target: COMPATIBLE,
    request: messagesRequest,
    answer: chatAnswer(),
    events: chatEvents(),
    crosses: true,
  },
];

/** All that is compared: of each way a whole call, and a stream's events; then the choice of a lane, and of a deployment. Inputs are built here, outside of what is measured. */
export function makePairs(): readonly Pair[] {
  return [...WAYS.map(wholeCall), ...WAYS.map(streamEvents), laneChoice(), ...ROUTES.map(routeChoice)];
}

/** Bytes of a request and of an answer → bytes for the other side. Decoding and encoding count on both sides. */
function wholeCall(way: Way): Pair {
  const plan = toPlan(way.dialect, way.target, false);
  const transform = must(chooseTransform(plan));
  const request = ENCODER.encode(way.request(way.target.group, false));
  const answer = ENCODER.encode(way.answer);
  return {
    id: `call, ${way.id}`,
    title: `request and answer, ${way.id}`,
    ratioMax: way.crosses ? CROSSING_MAX : SAME_MAX,
    count: 1,
    yardstick: () => [rewrite(request), rewrite(answer)],
    ours: () => {
      const call = toCall(request);
      const { body } = must(transform.request(call, plan, AMBIENT));
      const shown = must(transform.response({ status: 200, headers: {}, body: DECODER.decode(answer) }, call, plan, AMBIENT));
      return [typeof body === 'string' ? ENCODER.encode(body) : body, ENCODER.encode(shown.body)];
    },
  };
}

/** What front does with a body to know its lane: scan it, find the model's deployments, go through the rules. */
function laneChoice(): Pair {
  const request = ENCODER.encode(chatRequest(OPENAI.group, false));
  const choose = makeLaneChoice(OPENAI.group);
  return {
    id: 'lane',
    title: 'a lane chosen by a request’s body',
    ratioMax: LANE_MAX,
    count: 1,
    yardstick: () => rewrite(request),
    ours: () => choose(request),
  };
}

/** What the router does for a call that is answered at once; the yardstick is the body read and written as JSON. */
function routeChoice([count, cooling, strategy, ratioMax]: (typeof ROUTES)[number]): Pair {
  const text = chatRequest(OPENAI.group, false);
  return {
    id: `route, ${count}, ${strategy}${cooling === 0 ? '' : `, ${cooling} cooling`}`,
    title: `one of ${count} deployments, ${strategy}${cooling === 0 ? '' : `, ${cooling} of them cooling down`}`,
    ratioMax,
    count: 1,
    yardstick: () => JSON.stringify(JSON.parse(text)),
    ours: makeRouteChoice(count, strategy, cooling, JSON.parse(text) as JsonObject),
  };
}

function rewrite(bytes: Uint8Array): Uint8Array {
  return ENCODER.encode(JSON.stringify(JSON.parse(DECODER.decode(bytes))));
}

/** Decoded text of a whole stream → text, one event a piece, from the machine's making to its end. */
function streamEvents(way: Way): Pair {
  const plan = toPlan(way.dialect, way.target, true);
  const transform = must(chooseTransform(plan));
  const call = toCall(ENCODER.encode(way.request(way.target.group, true)));
  // As in the engine: what the request's transform has read of a call is known when its answer comes.
  must(transform.request(call, plan, AMBIENT));
  const texts = way.events.map(({ text }) => text);
  const data = way.events.map((event) => event.data);
  return {
    id: `event, ${way.id}`,
    title: `stream event, ${way.id}`,
    ratioMax: way.crosses ? EVENT_CROSSING_MAX : EVENT_SAME_MAX,
    count: data.length,
    yardstick: () => data.map((one): string => JSON.stringify(JSON.parse(one))),
    ours: () => runStream(transform, call, plan, texts),
  };
}
