import type { CallQueue, GoneListener, TurnOutcome, WaitingCall } from '../ports/index.ts';

/** How often the queue is looked at. Source: LiteLLM 1.106.2, constants.py `DEFAULT_POLLING_INTERVAL`. */
const LOOK_MS = 30;
/** Calls that may wait, in all groups together. Ours: the reference has no bound. */
const WAITING_MAX = 1_000;

interface Place extends GoneListener {
  readonly call: WaitingCall;
  readonly leave: (outcome: TurnOutcome) => void;
  readonly untilMs: number;
}

/** A queue of this process. `nowMs` is monotonic. */
export function createCallQueue(nowMs: () => number, waitingMax: number = WAITING_MAX): CallQueue {
  return new Queue(nowMs, waitingMax);
}

/**
 * Works like the reference's scheduler: no call waits while a deployment is available. While none is, each look lets the first call of
 * every group go, as a test of its group; the others keep their order.
 *
 * cost:   nothing while no call waits; else a look every `lookMs`.
 * source: LiteLLM 1.106.2, scheduler.py `poll`, `wait_for_turn`.
 */
class Queue implements CallQueue {
  readonly #nowMs: () => number;
  readonly #waitingMax: number;
  /** By group, in the order of their turns. */
  readonly #groups = new Map<string, Place[]>();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: () => number, waitingMax: number) {
    this.#nowMs = nowMs;
    this.#waitingMax = waitingMax;
  }

  wait(call: WaitingCall): 'turn' | Promise<TurnOutcome> {
    if (call.mayServe()) return 'turn';
    if (call.caller.aborted) return Promise.resolve('gone');
    if (this.#waiting >= this.#waitingMax) return Promise.resolve('full');
    return new Promise((resolve) => this.#join(call, resolve));
  }

  #join(call: WaitingCall, resolve: (outcome: TurnOutcome) => void): void {
    const place: Place = {
      call,
      untilMs: this.#nowMs() + call.timeoutMs,
      leave: (outcome) => {
        call.caller.removeEventListener('abort', place);
        this.#remove(place);
        resolve(outcome);
      },
      handleEvent: () => place.leave('gone'),
    };
    const places = this.#groups.get(call.group) ?? [];
    const behind = places.findIndex((other) => other.call.priority > call.priority);
    places.splice(behind === -1 ? places.length : behind, 0, place);
    this.#groups.set(call.group, places);
    this.#waiting += 1;
    call.caller.addEventListener('abort', place);
    this.#timer ??= setInterval(() => this.#look(), call.lookMs ?? LOOK_MS).unref();
  }

  #look(): void {
    const nowMs = this.#nowMs();
    for (const places of this.#groups.values()) {
      for (const place of places.filter(({ untilMs }) => untilMs <= nowMs)) place.leave('late');
      const [first, ...others] = places;
      if (first === undefined) continue;
      const next = first.call.mayServe() ? [first, ...others] : [first];
      for (const place of next) place.leave('turn');
    }
  }

  #remove(place: Place): void {
    const { group } = place.call;
    const places = this.#groups.get(group) ?? [];
    const at = places.indexOf(place);
    if (at === -1) return;
    places.splice(at, 1);
    this.#waiting -= 1;
    if (places.length === 0) this.#groups.delete(group);
    if (this.#waiting > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
