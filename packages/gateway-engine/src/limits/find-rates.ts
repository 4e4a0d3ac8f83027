import type { Caller, EndUserGrants, ModelRateLimits, RateLimit } from '../ports/index.ts';
import type { FindKeyLimits } from './key-limits.ts';

const NONE: readonly RateLimit[] = [];
const NO_OTHERS: OtherLimits = {};
const NO_NUMBERS: Readonly<Record<string, number>> = {};

/** Limits on a call beside those of its caller and customer. */
export interface OtherLimits {
  /** What deployments allow each key; absent: no limit. */
  readonly ofDeployments?: FindKeyLimits | undefined;
  /** The call's tags, for a key that limits tags. */
  readonly tags?: readonly string[] | undefined;
  /** The part of its own limits that a key keeps after spending its budget; absent: all. */
  readonly ownPart?: number | undefined;
}

/**
 * The limits that a call counts against: those of its caller, of the model it asks for, and of the customer.
 *
 * in:     `model` after the caller's own aliases, and the group that it stands for.
 * out:    in the reference's order; empty where there are none.
 * source: LiteLLM 1.106.2, proxy/hooks/parallel_request_limiter_v3.py.
 */
export function findRates(
  caller: Caller,
  endUser: EndUserGrants | undefined,
  model: string | undefined,
  group: string | undefined,
  { ofDeployments, tags, ownPart }: OtherLimits = NO_OTHERS,
): readonly RateLimit[] {
  const rates = caller.grants?.rates;
  const ofEndUser = endUser?.rates === undefined ? NONE : [endUser.rates];
  const ofModel = model === undefined ? NONE : forModels(modelLimits(caller, group ?? model, ofDeployments), model, group ?? model);
  const ofTags = tags === undefined ? NONE : forTags(caller, tags);
  if (rates === undefined && ofModel.length + ofTags.length === 0) return ofEndUser;
  const own = rates?.own ?? NONE;
  return [
    ...(ownPart === undefined ? own : own.map((limit) => throttled(limit, ownPart))),
    ...ofEndUser,
    ...ofModel,
    ...ofTags,
    ...(rates?.others ?? NONE),
  ];
}

/** The caller's limits on models, and what deployments allow a key that limits no model itself. */
function modelLimits(caller: Caller, group: string, ofDeployments: FindKeyLimits | undefined): readonly ModelRateLimits[] {
  const own = caller.grants?.rates?.byModel ?? [];
  const id = caller.keyHash;
  const byDefault = ofDeployments === undefined || id === undefined ? undefined : ofDeployments(group, caller);
  if (byDefault === undefined || id === undefined) return own;
  const ofKey = own.find(({ scope }) => scope === KEY_SCOPE);
  const requests = orDefault(ofKey?.requests, group, byDefault.requests);
  const tokens = orDefault(ofKey?.tokens, group, byDefault.tokens);
  return [{ scope: KEY_SCOPE, id, requests, tokens }, ...own.filter((limits) => limits !== ofKey)];
}

/** A throttled key is slowed down, not locked out: one call and one token are always left. */
function throttled(limit: RateLimit, part: number): RateLimit {
  const ofPart = (most: number | undefined): number | undefined => (most === undefined ? undefined : Math.max(1, Math.floor(most * part)));
  return limit.scope === 'api_key' ? { ...limit, requests: ofPart(limit.requests), tokens: ofPart(limit.tokens) } : limit;
}

const KEY_SCOPE = 'model_per_key';

function orDefault(
  own: Readonly<Record<string, number>> = NO_NUMBERS,
  group: string,
  most: number | undefined,
): Readonly<Record<string, number>> {
  return most === undefined || Object.keys(own).length > 0 ? own : { [group]: most };
}

/** `tag_rpm_limit` of a key's metadata: each tag is counted by itself. */
function forTags({ keyHash, metadata }: Caller, tags: readonly string[]): readonly RateLimit[] {
  const limits = metadata['tag_rpm_limit'];
  if (keyHash === undefined || typeof limits !== 'object' || limits === null) return NONE;
  const byTag = new Map<string, unknown>(Object.entries(limits));
  return [...new Set(tags)].flatMap((tag) => {
    const requests = byTag.get(tag);
    if (typeof requests !== 'number') return NONE;
    return [{ scope: 'tag_per_key', id: `${keyHash}:${tag}`, requests, tokens: undefined, parallel: undefined }];
  });
}

function forModels(limits: readonly ModelRateLimits[], model: string, group: string): readonly RateLimit[] {
  return limits.length === 0 ? NONE : limits.flatMap((one) => forModel(one, model, group));
}

/** A limit on the name that was asked for, else on the group it stands for. Both count under the group. */
function forModel({ scope, id, requests, tokens }: ModelRateLimits, model: string, group: string): readonly RateLimit[] {
  const most = (limits: Readonly<Record<string, number>>): number | undefined =>
    [model, group].filter((name) => Object.hasOwn(limits, name)).map((name) => limits[name])[0];
  const limit = { scope, id: `${id}:${group}`, requests: most(requests), tokens: most(tokens), parallel: undefined };
  return limit.requests === undefined && limit.tokens === undefined ? NONE : [limit];
}

/** The limit on all calls together, compiled once; empty where there is none. */
export function everybodysRates(parallelMax: number | undefined): readonly RateLimit[] {
  if (parallelMax === undefined) return NONE;
  return [{ scope: 'global', id: 'proxy', requests: undefined, tokens: undefined, parallel: parallelMax }];
}
