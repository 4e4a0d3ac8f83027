import {
  affordableModel,
  aliasedModel,
  askedOfEndUser,
  asksFree,
  budgetedGroups,
  budgetedTags,
  limitedBudgets,
  readEndUserId,
  refuseAdminPath,
  refuseCall,
  refuseSpentProxy,
  refuseEntry,
  throttledTo,
  withStatus,
} from '../../auth/index.ts';
import { done, stop, type Staged } from '../../errors/index.ts';
import { findRates } from '../../limits/index.ts';
import type { AccessGroupBudgets, Caller, EndUserFinding, EndUserGrants, RawCall, TagBudgets } from '../../ports/index.ts';
import { tagsOf } from '../../routing/index.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { ParsedCall } from './parse.ts';

/**
 * Who calls, or why nobody may come in. Asked before the body is read, so that nobody without a key can make the gateway
 * hold 50 MB.
 */
export function authenticate(engine: EngineParts, raw: RawCall): Staged<Caller> | Promise<Staged<Caller>> {
  const { entry } = engine.config;
  const header = (name: string): string | undefined => raw.header(name);
  if (entry === undefined) return engine.authenticate(header, raw.peer);
  const refused = refuseEntry(entry, raw);
  if (refused !== undefined) return stop(refused);
  const judgePath = (known: Staged<Caller>): Staged<Caller> => {
    const kept = known.ok ? refuseAdminPath(entry, known.value, raw.path) : undefined;
    return kept === undefined ? known : stop(kept);
  };
  const known = engine.authenticate(header, raw.peer);
  return known instanceof Promise ? known.then(judgePath) : judgePath(known);
}

/**
 * Whether the caller may make this call, once its body is known: the call as it goes on, with the model that the caller's
 * own names stand for. Costs nothing where there is no database: the master key may do everything.
 */
export function admit(
  engine: EngineParts,
  raw: RawCall,
  caller: Caller,
  call: ParsedCall,
): Staged<ParsedCall> | Promise<Staged<ParsedCall>> {
  const admitted = admitCaller(engine, { raw, caller, call });
  const { proxyBudget } = engine.config;
  if (proxyBudget === undefined || asksFree(caller, call.model, engine.modelNames)) return admitted;
  return withinProxyBudget(engine, admitted, proxyBudget.maxUsd);
}

/** The money of everybody together is asked for last. While the database cannot say, it is not asked for, as in the reference. */
async function withinProxyBudget(
  { keys, config }: EngineParts,
  admitted: ReturnType<typeof admitCaller>,
  maxUsd: number,
): Promise<Staged<ParsedCall>> {
  const staged = await admitted;
  const spent = staged.ok ? await keys?.findProxyBudget?.() : undefined;
  const refused = spent === undefined ? undefined : refuseSpentProxy(spent.spend, maxUsd);
  return refused === undefined ? staged : stop(withStatus(refused, config.budgetExceededStatus));
}

/** A call that its caller wants to make. */
interface Wanted {
  readonly raw: RawCall;
  readonly caller: Caller;
  readonly call: ParsedCall;
}

/** What the database knows beside the caller: of the customer, of tags and of model access groups. */
interface KnownBeside {
  readonly endUser?: EndUserFinding | undefined;
  readonly tags?: TagBudgets | undefined;
  readonly groups?: AccessGroupBudgets | undefined;
}

function admitCaller(engine: EngineParts, wanted: Wanted): Staged<ParsedCall> | Promise<Staged<ParsedCall>> {
  const { keys, config } = engine;
  const { raw, caller, call } = wanted;
  if (keys === undefined) return engine.keyLimits === undefined ? done(call) : judge(engine, wanted, {});
  const endUserId = caller.endUserId ?? readEndUserId((name) => raw.header(name), call.body.value, config);
  const endUser = endUserId === undefined ? undefined : keys.findEndUser(endUserId, askedOfEndUser(caller, config));
  const tags = keys.findTagBudgets?.();
  const groups = engine.modelNames.accessGroups.size === 0 ? undefined : keys.findAccessGroupBudgets?.();
  if (endUser instanceof Promise || tags instanceof Promise || groups instanceof Promise) {
    return Promise.all([endUser, tags, groups]).then(([ofEndUser, ofTags, ofGroups]) =>
      judge(engine, wanted, { endUser: ofEndUser, tags: ofTags, groups: ofGroups }),
    );
  }
  return judge(engine, wanted, { endUser, tags, groups });
}

/** Refuses the call, or lets it go on with the model, the rates and the budgets that it counts towards. */
function judge(engine: EngineParts, { raw, caller, call: read }: Wanted, known: KnownBeside): Staged<ParsedCall> {
  const { modelNames, config } = engine;
  const { endUser: finding } = known;
  if (finding?.kind === 'database-down') return stop({ kind: 'database-down' });
  const endUser = finding?.kind === 'found' ? finding.endUser : undefined;
  const affordable = affordableModel(caller, read.model, modelNames);
  const call = affordable === read.model ? read : { ...read, model: affordable };
  const body = call.body.value;
  const spending = budgetedTags(known.tags, caller, body, (name) => raw.header(name));
  const accessGroups = budgetedGroups(known.groups, caller, call.model, modelNames);
  const ask = { path: raw.path, model: call.model, body, tags: spending, accessGroups, rules: config };
  const refused = refuseCall(caller, ask, modelNames, endUser);
  if (refused !== undefined) return stop(withStatus(refused, config.budgetExceededStatus));
  const target = targetOf(caller, call.model);
  const named = target === undefined || target === call.model ? call : { ...call, target };
  const rates = ratesOf(engine, { raw, caller, call }, endUser, target);
  const budgets = limitedBudgets(caller, ask, modelNames, endUser);
  const counted =
    finding === undefined || finding.kind === 'unknown' ? named : { ...named, endUser, endUserOff: finding.kind === 'nobody' };
  if (rates.length === 0 && (budgets ?? accessGroups) === undefined) return done(counted);
  return done({
    ...counted,
    ...(rates.length > 0 && { rates }),
    ...(budgets !== undefined && { budgets }),
    ...(accessGroups !== undefined && { accessGroups }),
  });
}

/** The model that a caller's name for it stands for. */
function targetOf({ grants }: Caller, model: string | undefined): string | undefined {
  return grants === undefined || model === undefined ? model : aliasedModel(grants, model);
}

function ratesOf(
  { modelNames, config, keyLimits }: EngineParts,
  { raw, caller, call }: Wanted,
  endUser: EndUserGrants | undefined,
  target: string | undefined,
): ReturnType<typeof findRates> {
  const tags = caller.metadata['tag_rpm_limit'] === undefined ? undefined : tagsOf(caller, call.body.value, raw);
  const ownPart = throttledTo(caller, config);
  const others = (keyLimits ?? tags ?? ownPart) === undefined ? undefined : { ofDeployments: keyLimits, tags, ownPart };
  return findRates(caller, endUser, target, target === undefined ? undefined : modelNames.aliasTarget(target), others);
}
