import { countFactRows, isObject, listProviders, type JsonObject } from '@stagegate/core-transforms';
import { compileModelNames, inListedOrder, mayUseModel, showsAlias, type ModelNames } from '../../auth/index.ts';
import type { ConfiguredDeployment } from '../../config/index.ts';
import type { Caller, ManagedCall } from '../../ports/index.ts';
import { compileModels, expandWildcard, requestsMax, tokensMax } from '../../routing/index.ts';
import { mayViewAll } from '../viewers.ts';
import type { ManagementParts } from '../parts.ts';
import { planOf } from '../tools/find-plan.ts';
import { countPages, readPage, readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';
import { sharedEfforts } from './reasoning-efforts.ts';
import { shownDeployment, shownParams } from './shown-deployment.ts';

/** GET /model/info, /v1/model/info: the deployments that the caller may use, without secrets. */
export async function showModels(parts: ManagementParts, { caller, query }: ManagedCall): Promise<unknown> {
  const id = readText(query, 'litellm_model_id');
  const all = [...seenBy(parts, caller, spread), ...seenAliases(parts, caller)];
  const seen = all.filter((deployment) => id === undefined || deployment.id === id);
  if (id !== undefined && seen.length === 0) throw refuseInDetail(400, { error: `Model id = ${id} not found on litellm proxy` });
  return { data: seen.map(withReach(parts, caller)) };
}

/** Adds, on a gateway with a database, whether the caller may use a deployment by himself, and not by his team alone. */
function withReach(parts: ManagementParts, caller: Caller): (deployment: ConfiguredDeployment) => JsonObject {
  const alone = caller.grants && { ...caller, grants: { ...caller.grants, team: undefined } };
  const names = compileModelNames(parts.config, compileModels(parts.config));
  return (deployment) => {
    const shown = shownDeployment(deployment, mayViewAll(caller));
    const { model_info: info } = shown;
    if (parts.store === undefined || !isObject(info)) return shown;
    const { modelGroup, team } = deployment;
    const mine = mayViewAll(caller) || (alone?.grants.user !== undefined && mayUseModel(alone, modelGroup, names));
    return { ...shown, model_info: { ...info, direct_access: team === undefined && mine } };
  };
}

/** GET /v2/model/info: by page. */
export async function showModelsByPage(parts: ManagementParts, { caller, query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'size', sizeDefault: 50, sizeMax: 1_000 });
  const [group, search, id] = [readText(query, 'model'), readText(query, 'search')?.toLowerCase(), readText(query, 'modelId')];
  const seen = seenBy(parts, caller).filter(
    (deployment) =>
      (group === undefined || deployment.modelGroup === group) &&
      (id === undefined || deployment.id === id) &&
      (search === undefined || deployment.modelGroup.toLowerCase().includes(search)),
  );
  const data = seen.slice((page - 1) * size, page * size).map((deployment) => shownDeployment(deployment, mayViewAll(caller)));
  return { data, total_count: seen.length, current_page: page, total_pages: countPages(seen.length, size), size };
}

/** GET /model_group/info: one entry for each model group. */
export async function showModelGroups(parts: ManagementParts, { caller, query }: ManagedCall): Promise<unknown> {
  const asked = readText(query, 'model_group');
  const seen = seenBy(parts, caller, spread);
  const groups = Map.groupBy([...seenAliases(parts, caller), ...seen], ({ modelGroup }) => modelGroup);
  const open = publicGroups(parts);
  const named = [...groups].filter(([name]) => asked === undefined || name === asked);
  return { data: inListedOrder(named, caller, ([name]) => name).map(([name, group]) => toGroup(name, group, open.includes(name))) };
}

/** GET /public/model_hub: only the model groups in `litellm_settings.public_model_groups`. Needs no key. */
export async function showPublicModels(parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const groups = Map.groupBy(
    parts.config.deployments.filter(({ team }) => team === undefined),
    ({ modelGroup }) => modelGroup,
  );
  return publicGroups(parts).map((name) => toGroup(name, groups.get(name) ?? [], true));
}

/** GET /public/providers */
export async function listProviderNames(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return listProviders()
    .map(({ id }) => id)
    .toSorted();
}

function publicGroups({ config }: ManagementParts): readonly string[] {
  const { litellm_settings: settings } = config.shown;
  const named = isObject(settings) ? settings['public_model_groups'] : undefined;
  return Array.isArray(named) ? [...new Set(named.filter((name) => typeof name === 'string'))] : [];
}

type Deployments = readonly ConfiguredDeployment[];

/** The deployments of aliases, under the alias's name, as far as it is shown and the caller may use it. */
function seenAliases({ config }: ManagementParts, caller: Caller): Deployments {
  const names = compileModelNames(config, compileModels(config));
  const aliases = [...config.modelGroupAliases].filter(([alias]) => !config.hiddenAliases.has(alias) && showsAlias(caller, alias));
  return aliases
    .filter(([alias]) => caller.grants === undefined || mayUseModel(caller, alias, names))
    .flatMap(([alias, group]) =>
      config.deployments.filter(({ modelGroup }) => modelGroup === group).map((deployment) => ({ ...deployment, modelGroup: alias })),
    );
}

function seenBy(
  { config }: ManagementParts,
  caller: Caller,
  shown = (deployment: ConfiguredDeployment): Deployments => [deployment],
): Deployments {
  const deployments = config.deployments.flatMap(shown);
  if (caller.grants === undefined) return deployments;
  const names: ModelNames = compileModelNames(config, compileModels(config));
  return deployments.filter(
    ({ modelGroup, team }) =>
      (team === undefined || team.id === caller.teamId) && mayUseModel(caller, team?.publicName ?? modelGroup, names),
  );
}

/** A wildcard as one deployment for each model that it is known to serve; unchanged where none is known. */
function spread(deployment: ConfiguredDeployment): Deployments {
  const known = expandWildcard(deployment);
  if (known.length === 0) return [deployment];
  return known.map(({ name, underlyingModel, model, facts }) => {
    const prices = deployment.prices ?? facts?.prices;
    return { ...deployment, modelGroup: name, underlyingModel, model, ...(facts && { facts }), ...(prices && { prices }) };
  });
}

/** GET /model/settings: the ids of all providers. What each needs is in docs/providers.md. */
export async function showModelSettings(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return listProviders().map(({ id }) => ({ name: id, fields: [] }));
}

/** GET /model/cost_map/source: prices and limits come with Stagegate and are never fetched. */
export async function showCostMapSource(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return {
    source: 'local',
    url: null,
    is_env_forced: false,
    fallback_reason: null,
    loaded_at: null,
    source_revision: null,
    etag: null,
    model_count: countFactRows(),
  };
}

const FLAGS = ['parallel_function_calling', 'vision', 'web_search', 'url_context', 'reasoning', 'function_calling'] as const;

function toGroup(name: string, group: readonly ConfiguredDeployment[], isPublic: boolean): JsonObject {
  const last = group.at(-1);
  const dearest = (price: string): number | null => largest(group.map(({ prices }) => prices?.rates.get(price)));
  const facts = group.flatMap((deployment) => (deployment.facts === undefined ? [] : [deployment.facts]));
  return {
    model_group: name,
    providers: [...new Set(group.map(({ provider }) => provider.id))],
    max_input_tokens: largest(facts.map((fact) => fact.inputTokensMax)),
    max_output_tokens: largest(facts.map((fact) => fact.outputTokensMax)),
    input_cost_per_token: dearest('input_cost_per_token'),
    output_cost_per_token: dearest('output_cost_per_token'),
    input_cost_per_pixel: dearest('input_cost_per_pixel'),
    mode: facts.find((fact) => fact.mode !== undefined)?.mode ?? null,
    tpm: sum(group.map(tokensMax)),
    rpm: sum(group.map(requestsMax)),
    itpm: sum(group.map(({ tokenLimits }) => tokenLimits?.input)),
    otpm: sum(group.map(({ tokenLimits }) => tokenLimits?.output)),
    ...Object.fromEntries(FLAGS.map((flag) => [`supports_${flag}`, facts.some((fact) => fact.supports.has(flag))])),
    supports_fast_mode: group.every(({ facts: known }) => known?.supports.has('fast_mode') === true),
    supported_reasoning_efforts: sharedEfforts(group)?.slice() ?? null,
    // No caller may name where a call goes.
    configurable_clientside_auth_params: null,
    supported_openai_params: last === undefined ? [] : shownParams(planOf(last, false)),
    is_public_model_group: isPublic,
    health_status: null,
    health_response_time: null,
    health_checked_at: null,
  };
}

/** The largest known value; null where none is known. */
function largest(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

function sum(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
