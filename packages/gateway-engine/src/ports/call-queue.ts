import type { CallerWatch } from './call.ts';

/** A call that waits for its turn among those of its group. */
export interface WaitingCall {
  readonly group: string;
  /** The lower, the sooner; of equals the one that has waited longest. */
  readonly priority: number;
  /** Waits so long at most. */
  readonly timeoutMs: number;
  /** How often those who wait are looked at, as the first of them says; absent: every 30 ms. */
  readonly lookMs?: number | undefined;
  /** Whether a deployment of the group may be asked now: nobody then waits. */
  readonly mayServe: () => boolean;
  readonly caller: CallerWatch;
}

/** What waiting came to: its turn; time was over; there was no room to wait; the caller has left. */
export type TurnOutcome = 'turn' | 'late' | 'full' | 'gone';

/** Where calls with a priority wait while no deployment of their group may be asked. */
export interface CallQueue {
  readonly wait: (call: WaitingCall) => 'turn' | Promise<TurnOutcome>;
}
