import { systemClock, systemIds, type CallTape, type Clock, type Ids, type Lane, type Recorder } from '../ports/index.ts';
import { compileRoutes, ROUTES } from '../routes/index.ts';
import { joinPairs } from '../upstream/tape-relay.ts';
import { createRelay, type RelayOptions } from '../upstream/relay.ts';
import type { OutgoingCall } from '../upstream/relay-ends.ts';

/** Lane `reference`: another gateway decides, sends and answers; here only bytes are relayed. */
export interface ReferenceLane extends Lane {
  readonly close: () => Promise<void>;
}

/** Where the other gateway is, and what records its calls. */
export interface ReferenceOptions extends Omit<RelayOptions, 'tapeOf'> {
  /** Absent: no call is recorded. */
  readonly recorder?: Recorder | undefined;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

/** Makes lane `reference` over another gateway's base URL. */
export function createReferenceLane({ recorder, clock = systemClock, ids = systemIds, ...relay }: ReferenceOptions): ReferenceLane {
  const { handler, listener, close } = createRelay({ ...relay, tapeOf: recorder && tapesOf(recorder, clock, ids) });
  return { id: 'reference', handler, listener, close };
}

/** Records calls to models only: other answers of a reference are its own, and some hold keys that it has just made. */
function tapesOf(recorder: Recorder, clock: Clock, ids: Ids): (call: OutgoingCall) => CallTape | undefined {
  const match = compileRoutes(ROUTES);
  return ({ method, target, headers, rule }) => {
    const [path = '', query = ''] = target.split(/\?(.*)/su);
    const found = match(method, path);
    if (found.kind !== 'route' || found.route.kind !== 'call') return undefined;
    const named = joinPairs(headers);
    const ambient = { callId: ids.callId(), nowSeconds: Math.floor(clock.nowMs() / 1000) };
    const route = found.route.id;
    return recorder.begin({
      lane: 'reference',
      rule,
      route,
      method,
      path,
      query,
      header: (name) => named[name],
      ambient,
      isGone: () => false,
    });
  };
}
