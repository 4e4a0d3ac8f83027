import type { JsonObject } from '@stagegate/core-transforms';
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
  refuseEntry,
  refuseRole,
  refuseSpentProxy,
  refuseVisit,
  throttledTo,
  withStatus,
  type LimitedBudget,
} from '@stagegate/gateway-engine/auth';
import type { EngineError } from '@stagegate/gateway-engine/errors';
import { findRates } from '@stagegate/gateway-engine/limits';
import { ANYONE, type Caller, type EndUserGrants, type RateLimit, type RouteAccess } from '@stagegate/gateway-engine/ports';
import { tagsOf } from '@stagegate/gateway-engine/routing';
import { headerOf, type App, type Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';

/**
 * Identifies the caller, before anything of the body is read. Throws a refusal for a caller who is not admitted, or not on this route.
 *
 * in: `access` is undefined for a call to a provider, which is judged once its body is known.
 */
export async function identifyCaller(app: App, exchange: Exchange, access: RouteAccess | undefined): Promise<Caller> {
  if (access === 'open') return ANYONE;
  const { path, incoming } = exchange;
  const { entry } = app.config;
  const header = (name: string): string | undefined => headerOf(exchange, name);
  const shut = entry === undefined ? undefined : refuseEntry(entry, { path, header, peer: incoming.socket.remoteAddress });
  if (shut !== undefined) throw new Refusal(shut);
  const identified = app.authenticate(header, incoming.socket.remoteAddress);
  const judged = identified instanceof Promise ? await identified : identified;
  if (!judged.ok) throw new Refusal(judged.error);
  const { value: caller } = judged;
  const kept = refuseAdminPath(entry, caller, path);
  const problem =
    kept ?? (access === undefined ? undefined : (refuseVisit(caller, path) ?? refuseRole(caller, access, path, caller.adminOf)));
  if (problem !== undefined) throw new Refusal(problem);
  return caller;
}

/** What a caller is let in with: the model that his name for it stands for, and what his call counts against. */
export interface Admitted {
  /** What the call asks for: what it names, or what its key asks in the place of that. */
  readonly asked: string | undefined;
  readonly model: string | undefined;
  readonly rates: readonly RateLimit[];
  /** What it takes money of; undefined: nothing that has a limit. */
  readonly budgets: readonly LimitedBudget[] | undefined;
}

/** Whether the caller may make this call. Throws a refusal otherwise. Without a database there is nothing to ask. */
export async function admitCaller(
  app: App,
  exchange: Exchange,
  caller: Caller,
  named: string | undefined,
  body: JsonObject,
): Promise<Admitted> {
  const model = affordableModel(caller, named, app.modelNames);
  if (app.keys === undefined && app.keyLimits === undefined) return { asked: model, model, rates: [], budgets: undefined };
  const endUser = await findEndUser(app, exchange, caller, body);
  exchange.endUser = endUser;
  const tagBudgets = await app.keys?.findTagBudgets?.();
  const header = (name: string): string | undefined => headerOf(exchange, name);
  const spending = budgetedTags(tagBudgets, caller, body, header);
  const groupBudgets = app.modelNames.accessGroups.size === 0 ? undefined : await app.keys?.findAccessGroupBudgets?.();
  const accessGroups = budgetedGroups(groupBudgets, caller, model, app.modelNames);
  exchange.accessGroups = accessGroups;
  const ask = { path: exchange.path, model, body, tags: spending, accessGroups, rules: app.config };
  const problem = refuseCall(caller, ask, app.modelNames, endUser);
  const refused = problem ?? (await refuseTogether(app, caller, model));
  if (refused !== undefined) throw new Refusal(withStatus(refused, app.config.budgetExceededStatus));
  const target = model === undefined || caller.grants === undefined ? model : aliasedModel(caller.grants, model);
  const group = target === undefined ? undefined : app.modelNames.aliasTarget(target);
  const tags = caller.metadata['tag_rpm_limit'] === undefined ? [] : tagsOf(caller, body, { header });
  return {
    asked: model,
    model: target,
    rates: findRates(caller, endUser, target, group, { ofDeployments: app.keyLimits, tags, ownPart: throttledTo(caller, app.config) }),
    budgets: limitedBudgets(caller, ask, app.modelNames, endUser),
  };
}

/** The budget of everybody together is checked last, and not at all while its spend is unknown. */
async function refuseTogether(
  { keys, config, modelNames }: App,
  caller: Caller,
  model: string | undefined,
): Promise<EngineError | undefined> {
  if (config.proxyBudget === undefined || asksFree(caller, model, modelNames)) return undefined;
  const spent = await keys?.findProxyBudget?.();
  return spent === undefined ? undefined : refuseSpentProxy(spent.spend, config.proxyBudget.maxUsd);
}

async function findEndUser(
  { keys, config }: App,
  exchange: Exchange,
  caller: Caller,
  body: JsonObject,
): Promise<EndUserGrants | undefined> {
  if (keys === undefined) return undefined;
  const id = caller.endUserId ?? readEndUserId((name) => headerOf(exchange, name), body, config);
  const finding = id === undefined ? undefined : await keys.findEndUser(id, askedOfEndUser(caller, config));
  if (finding?.kind === 'database-down') throw new Refusal({ kind: 'database-down' });
  exchange.endUserOff = finding?.kind === 'nobody';
  return finding?.kind === 'found' ? finding.endUser : undefined;
}
