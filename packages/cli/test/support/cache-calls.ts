import type { JsonObject } from '@stagegate/core-transforms';
import { MASTER_KEY } from './gateway.ts';

/** An answer, and whether it came from the cache. */
export interface CachedAnswer {
  readonly status: number;
  readonly text: string;
  readonly type: string | null;
  /** `x-litellm-cache-key`: only an answer that was kept has one. */
  readonly key: string | null;
  readonly modelId: string | null;
}

/** Sends a body to a gateway. */
export type Call = (path: string, body: JsonObject, signal?: AbortSignal) => Promise<CachedAnswer>;

/** A caller with the master key, or another. */
export function callerWith(url: string, apiKey = MASTER_KEY): Call {
  return async (path, body, signal) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    });
    return {
      status: answer.status,
      text: await answer.text(),
      type: answer.headers.get('content-type'),
      key: answer.headers.get('x-litellm-cache-key'),
      modelId: answer.headers.get('x-litellm-model-id'),
    };
  };
}
