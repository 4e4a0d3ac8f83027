import type { Deployment, GatewayConfig, UpstreamFailure } from '@stagegate/gateway-engine/ports';
import { ExchangeFailure } from './exchange-failure.ts';
import type { TimeoutWishes } from './quirks/timeouts-by-header-or-body.ts';

/** The limits on one exchange with a provider, as one signal. */
export interface CallTimers {
  /** Aborts when a limit passes or the client goes away; its reason says which. */
  readonly signal: AbortSignal;
  /** The head has come, or a piece: until the next one is asked for, silence is our own doing. */
  readonly heard: () => void;
  /** The next piece is asked for. */
  readonly listen: () => void;
  readonly end: () => void;
}

/** How long a provider may say nothing. */
export function waitingSeconds(config: GatewayConfig, deployment: Deployment, stream: boolean, wishes: TimeoutWishes): number {
  const whole = wishes.wholeSeconds ?? deployment.timeoutSeconds ?? config.requestTimeoutSeconds;
  return stream ? (wishes.silenceSeconds ?? deployment.streamTimeoutSeconds ?? whole) : whole;
}

/**
 * Starts the timers of a call: as the reference, one limit for a whole answer; for a stream it bounds each silence, and only
 * `request_timeout` the whole. What the client wishes comes before what the deployment says.
 */
export function timersOf(
  config: GatewayConfig,
  deployment: Deployment,
  stream: boolean,
  wishes: TimeoutWishes,
  clientGone: AbortSignal,
): CallTimers {
  const silenceMs = waitingSeconds(config, deployment, stream, wishes) * 1000;
  const totalMs = stream ? config.requestTimeoutSeconds * 1000 : silenceMs;
  const abort = new AbortController();
  const breakOff = (kind: UpstreamFailure['kind'], message: string): void => abort.abort(new ExchangeFailure({ kind, message }));
  const leave = (): void => breakOff('aborted', 'the client went away');
  const start = (ms: number, kind: UpstreamFailure['kind']): NodeJS.Timeout | undefined =>
    ms === 0 ? undefined : setTimeout(breakOff, ms, kind, `nothing within ${ms} ms`).unref();
  const total = start(totalMs, 'total-timeout');
  let silence = start(silenceMs, 'headers-timeout');
  if (clientGone.aborted) leave();
  clientGone.addEventListener('abort', leave, { once: true });
  return {
    signal: abort.signal,
    heard: () => clearTimeout(silence),
    listen: () => {
      silence = start(silenceMs, 'idle-timeout');
    },
    end: () => {
      clearTimeout(silence);
      clearTimeout(total);
      clientGone.removeEventListener('abort', leave);
    },
  };
}
