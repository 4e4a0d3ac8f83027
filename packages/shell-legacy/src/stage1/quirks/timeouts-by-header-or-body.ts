import type { JsonObject } from '@stagegate/core-transforms';
import { headerOf, type Exchange } from '../parts.ts';

/** How long a client is ready to wait. */
export interface TimeoutWishes {
  readonly wholeSeconds: number | undefined;
  /** In a stream, between two pieces. */
  readonly silenceSeconds: number | undefined;
}

/** The reference lets any client set its own timeouts, in a header or, that failing, in the body, as numbers or as text; else a key's or a team's settings may. */
export function readWishes(exchange: Exchange, body: JsonObject): TimeoutWishes {
  return {
    wholeSeconds: toSeconds(headerOf(exchange, 'x-litellm-timeout') ?? body['timeout'] ?? exchange.caller?.routing?.settings['timeout']),
    silenceSeconds: toSeconds(headerOf(exchange, 'x-litellm-stream-timeout') ?? body['stream_timeout']),
  };
}

function toSeconds(given: unknown): number | undefined {
  const seconds = typeof given === 'string' ? Number(given) : given;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
