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
import type { AccessGroupBudgets, Caller, EndUserFinding, RawCall, TagBudgets } from '../../ports/index.ts';
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
  const admitted = admitCaller(engine, raw, caller, call);
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

function admitCaller(
  engine: EngineParts,
  raw: RawCall,
  caller: Caller,
  call: ParsedCall,
): Staged<ParsedCall> | Promise<Staged<ParsedCall>> {
  const { keys, config } = engine;
  if (keys === undefined) return engine.keyLimits === undefined ? done(call) : judge(engine, raw, caller, call, undefined);
  const endUserId = caller.endUserId ?? readEndUserId((name) => raw.header(name), call.body.value, config);
  const found = endUserId === undefined ? undefined : keys.findEndUser(endUserId, askedOfEndUser(caller, config));
  const ofTags = keys.findTagBudgets?.();
  const ofGroups = engine.modelNames.accessGroups.size === 0 ? undefined : keys.findAccessGroupBudgets?.();
  if (found instanceof Promise || ofTags instanceof Promise || ofGroups instanceof Promise) {
    return Promise.all([found, ofTags, ofGroups]).then(([finding, tags, groups]) =>
      judge(engine, raw, caller, call, finding, { tags, groups }),
    );
  }
  return judge(engine, raw, caller, call, found, { tags: ofTags, groups: ofGroups });
}

/** Of tags and of model access groups, as far as the database can say. */
interface CallBudgets {
  readonly tags?: TagBudgets | undefined;
  readonly groups?: AccessGroupBudgets | undefined;
}

function judge(
  { modelNames, config, keyLimits }: EngineParts,
  raw: RawCall,
  caller: Caller,
  read: ParsedCall,
  finding: EndUserFinding | undefined,
  known: CallBudgets = {},
): Staged<ParsedCall> {
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
  const { model } = call;
  const target = caller.grants === undefined || model === undefined ? model : aliasedModel(caller.grants, model);
  const named = target === undefined || target === model ? call : { ...call, target };
  const tags = caller.metadata['tag_rpm_limit'] === undefined ? undefined : tagsOf(caller, body, raw);
  const ownPart = throttledTo(caller, config);
  const others = (keyLimits ?? tags ?? ownPart) === undefined ? undefined : { ofDeployments: keyLimits, tags, ownPart };
  const rates = findRates(caller, endUser, target, target === undefined ? undefined : modelNames.aliasTarget(target), others);
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
