import type { DialectId } from '@stagegate/core-transforms';
import type { RouteState } from './next-step.ts';

/**
 * The name that an answer shows for its model; undefined: the provider's own. After a fallback a whole answer names the model that
 * gave it, a stream of chat or completions the group.
 *
 * source: LiteLLM 1.106.2, common_request_processing.py `_override_openai_response_model`, proxy_server.py `_restamp_streaming_chunk_model`.
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
 * The name that an answer shows where the path names the model: what the body calls it, as clients of Azure's do; of a stream the
 * path's, where the body has none.
 *
 * out:    undefined where the path names none, and for the provider's own.
 * source: LiteLLM 1.106.2, calls below `/openai/deployments/{model}` and `/engines/{model}`.
 */
export function shownBesidePath(ofPath: string | undefined, ofBody: string | undefined, stream: boolean): string | undefined {
  return ofPath === undefined ? undefined : (ofBody ?? (stream ? ofPath : undefined));
}
