import { ok } from '../../../contract/outcome.ts';
import type { Plan } from '../../../contract/plan.ts';
import { dropCacheControl } from './message-quirks.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** Removes `cache_control` from calls to the provider's own hosts; another base URL is a gateway that may support it. */
export const dropCacheControlAtHome: RequestQuirkFunction = (body, plan) => (isAtHome(plan) ? dropCacheControl(body, plan) : ok(body));

const HOMES: WeakMap<Plan, boolean> = new WeakMap();

/** Whether a call goes to its provider's own hosts. */
export function isAtHome(plan: Plan): boolean {
  const known = HOMES.get(plan);
  if (known !== undefined) return known;
  const fresh = isHomeHost(plan);
  HOMES.set(plan, fresh);
  return fresh;
}

function isHomeHost({ apiBase, provider }: Plan): boolean {
  if (apiBase === undefined) return true;
  const home = hostOf(provider.baseUrl ?? '')
    .split('.')
    .slice(-2)
    .join('.');
  const host = hostOf(apiBase);
  return host === '' || host === home || host.endsWith(`.${home}`);
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^@/]*@)?([^:/?#]+)/iu.exec(url)?.[1]?.toLowerCase() ?? '';
}
