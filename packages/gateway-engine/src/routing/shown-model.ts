import type { DialectId } from '@stagegate/core-transforms';
import type { RouteState } from './next-step.ts';

/**
 * The name of the model that an answer shows; undefined: the provider's own. After a fallback a whole answer shows the model that gave it,
 * a stream of chat or completions the group.
 *
 * source: LiteLLM 1.106.2, common_request_processing.py `_override_openai_response_model`, proxy_server.py
 *         `_restamp_streaming_chunk_model`.
 */
export function shownModel(
  dialect: DialectId,
  { model, stream }: { readonly model: string | undefined; readonly stream: boolean },
  route: Pick<RouteState, 'hops' | 'target'> | undefined,
): string | undefined {
  if (route === undefined || route.hops === 0) return model;
  return stream && (dialect === 'openai-chat' || dialect === 'openai-completions') ? route.target.group : undefined;
}

/**
 * The name of the model that an answer shows where the path names it: the body's `model`, which Azure's clients send along, or for a stream
 * without one the path's.
 *
 * out:    undefined where the path names no model, and for the provider's own name.
 * source: LiteLLM 1.106.2, calls below `/openai/deployments/{model}` and `/engines/{model}`.
 */
export function shownBesidePath(ofPath: string | undefined, ofBody: string | undefined, stream: boolean): string | undefined {
  return ofPath === undefined ? undefined : (ofBody ?? (stream ? ofPath : undefined));
}
