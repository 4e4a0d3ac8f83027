import type { Caller, EndUserGrants, ModelRateLimits, RateLimit } from '../ports/index.ts';

const NONE: readonly RateLimit[] = [];

/**
 * The limits that a call counts against: of its caller, of the model it asks for, of the customer.
 *
 * in:     `model` as the caller's own names leave it, and the group it stands for.
 * out:    in the reference's order; empty where nobody limits anything.
 * source: LiteLLM 1.106.2, proxy/hooks/parallel_request_limiter_v3.py.
 */
export function findRates(
  { grants }: Caller,
  endUser: EndUserGrants | undefined,
  model: string | undefined,
  group: string | undefined,
): readonly RateLimit[] {
  const rates = grants?.rates;
  const ofEndUser = endUser?.rates;
  if (rates === undefined) return ofEndUser === undefined ? NONE : [ofEndUser];
  const ofModel = model === undefined ? NONE : rates.byModel.flatMap((limits) => forModel(limits, model, group ?? model));
  return [...rates.own, ...(ofEndUser === undefined ? NONE : [ofEndUser]), ...ofModel, ...rates.others];
}

/** A limit on the name that was asked for, else on what it stands for; counted under the latter. */
function forModel({ scope, id, requests, tokens }: ModelRateLimits, model: string, group: string): readonly RateLimit[] {
  const most = (limits: Readonly<Record<string, number>>): number | undefined =>
    [model, group].filter((name) => Object.hasOwn(limits, name)).map((name) => limits[name])[0];
  const limit = { scope, id: `${id}:${group}`, requests: most(requests), tokens: most(tokens), parallel: undefined };
  return limit.requests === undefined && limit.tokens === undefined ? NONE : [limit];
}

/** A limit on everybody's calls together, compiled once; empty where there is none. */
export function everybodysRates(parallelMax: number | undefined): readonly RateLimit[] {
  if (parallelMax === undefined) return NONE;
  return [{ scope: 'global', id: 'proxy', requests: undefined, tokens: undefined, parallel: parallelMax }];
}
