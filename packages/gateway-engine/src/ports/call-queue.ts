import type { CallerWatch } from './call.ts';

/** A call that waits for its turn in the queue of its group. */
export interface WaitingCall {
  readonly group: string;
  /** The lowest is served first; of equals, the one that has waited longest. */
  readonly priority: number;
  /** The longest it waits. */
  readonly timeoutMs: number;
  /** How often the queue is looked at, as its first call says; absent: every 30 ms. */
  readonly lookMs?: number | undefined;
  /** Whether a deployment of the group can be asked now, so that the call need not wait. */
  readonly mayServe: () => boolean;
  readonly caller: CallerWatch;
}

/** How waiting ended: it is the call's turn, the time was over, the queue was full, or the caller has left. */
export type TurnOutcome = 'turn' | 'late' | 'full' | 'gone';

/** Queues for calls with a priority while no deployment of their group can be asked. */
export interface CallQueue {
  readonly wait: (call: WaitingCall) => 'turn' | Promise<TurnOutcome>;
}
