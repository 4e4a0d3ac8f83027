import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller } from '../ports/index.ts';

const NONE: readonly string[] = [];

/**
 * The first member that a call must have and has not: by the operator's `enforced_params`, and by those in the metadata of the
 * caller's key. `a.b` is a member of a member; nothing deeper is asked for.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py `_enforced_params_check`.
 */
export function findUnsaid(body: JsonObject, everybody: readonly string[] | undefined, caller: Caller | undefined): string | undefined {
  const own = caller?.metadata['enforced_params'];
  if (everybody === undefined && own === undefined) return undefined;
  const names = [...(everybody ?? NONE), ...(Array.isArray(own) ? own.filter((name) => typeof name === 'string') : NONE)];
  return names.find((path) => !says(body, path));
}

function says(body: JsonObject, path: string): boolean {
  const [name = '', below, ...deeper] = path.split('.');
  if (!Object.hasOwn(body, name)) return deeper.length > 0;
  if (below === undefined || deeper.length > 0) return true;
  const value = body[name];
  return typeof value === 'object' && value !== null && Object.hasOwn(value, below);
}
