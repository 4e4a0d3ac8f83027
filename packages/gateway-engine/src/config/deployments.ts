import {
  findProvider,
  type DeploymentSettings,
  type JsonValue,
  lookupModelFacts,
  type ProviderRow,
  withMessagesApi,
} from '@stagegate/core-transforms';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { toMarkup } from './cost-settings.ts';
import { toDeploymentMock } from './deployment-mock.ts';
import { ownPrices, toDeploymentPrices } from './deployment-prices.ts';
import { toDeploymentRouting, tokenLimitsOf } from './deployment-routing.ts';
import { deploymentId } from './deployment-id.ts';
import { findReachIssues, isForEnvironment, isFree, isPriced, toReach } from './deployment-reach.ts';
import { deploymentShape } from './deployment-shape.ts';
import type { Environment } from './env-refs.ts';
import { googleProject } from './google-project.ts';
import type { ConfiguredDeployment, UnservedDeployment } from './loaded-config.ts';
import { words } from './known-keys.ts';
import { toListedInfo } from './listed-info.ts';
import { classifyParam } from './param-names.ts';
import type { ParsedConfig, ParsedDeployment, ParsedParams } from './parsed-config.ts';
import { DEPLOYMENT_ROUTING } from './router-schema.ts';
import { isProvider, resolveProvider } from './resolve-provider.ts';

const NAMES_REMEMBERED_MAX = 1_000;

/** `model_list`, resolved. */
export interface DeploymentList {
  readonly deployments: readonly ConfiguredDeployment[];
  readonly unserved: readonly UnservedDeployment[];
  readonly issues: readonly ConfigIssue[];
}

interface Row {
  readonly parsed: ParsedDeployment;
  /** The row's `litellm_params`, completed by its credential. */
  readonly params: ParsedParams;
  readonly path: readonly (string | number)[];
  readonly root: ConfigNode;
  readonly env: Environment;
  readonly global: ParsedConfig;
}

/** Resolves every row: provider, credential, host, settings, facts. */
export function toDeployments(config: ParsedConfig, root: ConfigNode, env: Environment): DeploymentList {
  const deployments: ConfiguredDeployment[] = [];
  const unserved: UnservedDeployment[] = [];
  const issues: ConfigIssue[] = [];
  for (const [index, parsed] of (config.model_list ?? []).entries()) {
    if (parsed === null) continue;
    issues.push(...findReachIssues(parsed, root, ['model_list', index, 'model_info'], env));
    if (!isForEnvironment(parsed, env)) continue;
    const path = ['model_list', index, 'litellm_params'];
    const own = withCredential(parsed.litellm_params, config);
    if (own === undefined) {
      issues.push(issueAt(root, [...path, 'litellm_credential_name'], 'the credential_name of an entry in credential_list'));
      continue;
    }
    const params = withDefaults(own, config);
    const resolved = resolveProvider(params.model, params.custom_llm_provider ?? undefined, apiBaseOf(params));
    if (resolved === undefined || !isProvider(resolved.providerId)) {
      const member = resolved === undefined || typeof params.custom_llm_provider !== 'string' ? 'model' : 'custom_llm_provider';
      issues.push(
        issueAt(root, [...path, member], member === 'model' ? 'a model of a known provider ("provider/model")' : 'a provider id'),
      );
      continue;
    }
    const provider = findProvider(resolved.providerId);
    if (provider === undefined) {
      unserved.push({
        modelGroup: parsed.model_name,
        underlyingModel: params.model,
        why: `provider ${resolved.providerId} is not built yet`,
      });
      continue;
    }
    deployments.push(toDeployment({ parsed, params, path, root, env, global: config }, provider, resolved.model));
  }
  return { deployments, unserved, issues };
}

/** Adds the credential's members below the deployment's own; undefined when the row names a credential that does not exist. */
function withCredential(params: ParsedParams, config: ParsedConfig): ParsedParams | undefined {
  const name = params.litellm_credential_name ?? undefined;
  if (name === undefined) return params;
  const credential = config.credential_list?.find((entry) => entry?.credential_name === name) ?? undefined;
  return credential === undefined ? undefined : { ...credential.credential_values, ...params };
}

/** Members that identify deployments, or that routing reads: never taken from the defaults. */
const OF_ROWS_ALONE: ReadonlySet<string> = new Set([
  ...Object.keys(DEPLOYMENT_ROUTING),
  ...words('model model_info custom_llm_provider litellm_credential_name weight rpm tpm metadata max_retries'),
]);
const TIMES = ['timeout', 'request_timeout', 'stream_timeout'] as const;

/**
 * Adds the router's `default_litellm_params`. They override the row's own, as in the reference, except for timeouts, which come last. What
 * a call says overrides both.
 *
 * source: LiteLLM 1.106.2, router.py `_update_kwargs_with_default_litellm_params`, and calls to it.
 */
function withDefaults(params: ParsedParams, { router_settings: settings, litellm_settings: litellm }: ParsedConfig): ParsedParams {
  const defaults = Object.entries(settings?.default_litellm_params ?? {}).filter(
    ([name, value]) => !OF_ROWS_ALONE.has(name) && value !== null && value !== undefined,
  );
  if (defaults.length === 0) return params;
  const whole = litellm?.request_timeout ?? settings?.timeout ?? undefined;
  const below = TIMES.flatMap((name) => {
    const said = name === 'stream_timeout' ? (settings?.stream_timeout ?? whole) : whole;
    return said === undefined ? defaults.filter(([other]) => other === name) : [];
  });
  const above = defaults.filter(([name]) => !TIMES.some((time) => time === name));
  return { ...Object.fromEntries(below), ...params, ...Object.fromEntries(above) };
}

function apiBaseOf({ base_url: baseUrl, api_base: apiBase }: ParsedParams): string | undefined {
  return baseUrl ?? apiBase ?? undefined;
}

function toDeployment(row: Row, general: ProviderRow, model: string): ConfiguredDeployment {
  const { parsed, params, path, root, env } = row;
  const provider = ownRow(general, parsed);
  const paramsNode = nodeAt(root, path) ?? root;
  const id = String(parsed.model_info?.id ?? deploymentId(parsed.model_name, paramsNode));
  const apiKey = params.api_key ?? firstSet(provider.keyEnv, env);
  const settings = toSettings(row, provider);
  const facts = model.includes('*') ? undefined : lookupModelFacts(provider.id, factsModel(provider, model, settings));
  const priced = toDeploymentPrices(toJson({ ...parsed.model_info, ...params }), provider, model, facts);
  const { prices } = priced;
  const markup = toMarkup(row.global.litellm_settings ?? {}, provider.id);
  const routing = toDeploymentRouting(parsed, params, id, row.global, prices);
  const tokenLimits = tokenLimitsOf(parsed, params);
  const mock = toDeploymentMock(params);
  return {
    id,
    modelGroup: parsed.model_name,
    underlyingModel: params.model,
    provider,
    model,
    apiBase: (apiBaseOf(params) ?? firstSet(provider.baseEnv, env))?.replace(/\/+$/u, ''),
    apiKey,
    settings,
    ...toSecrets(params),
    facts,
    ...toListedInfo(parsed),
    ...priced,
    ...(markup !== undefined && { markup }),
    weight: params.weight ?? undefined,
    rpm: params.rpm ?? numberOf(parsed['rpm']),
    tpm: params.tpm ?? numberOf(parsed['tpm']),
    timeoutSeconds: params.timeout ?? params.request_timeout ?? undefined,
    streamTimeoutSeconds: params.stream_timeout ?? row.global.router_settings?.stream_timeout ?? undefined,
    ...(routing !== undefined && { routing }),
    ...(mock !== undefined && { mock }),
    needs: neededVariables(row, provider, apiKey),
    ...(tokenLimits !== undefined && { tokenLimits }),
    modelInfo: { ...toJson(parsed.model_info ?? {}), id },
    ownPrices: ownPrices(toJson(params)),
    shape: deploymentShape({ modelGroup: parsed.model_name, provider, model, params: paramsNode, settings }),
    ...toAccessGroups(parsed),
    ...toReach(parsed, params),
    ...(isFree(parsed, params, prices) && { free: true as const }),
    ...(row.global.litellm_settings?.block_requests_for_models_without_pricing === true &&
      isPriced(params, prices) && { priced: true as const }),
    ...(params.model.includes('*') && { forModel: rememberFew((underlyingModel) => forModel(row, underlyingModel)) }),
  };
}

/** The provider's row, adjusted to the APIs that this deployment has. */
function ownRow(provider: ProviderRow, { model_info: info }: ParsedDeployment): ProviderRow {
  const endpoints = info?.['supported_endpoints'];
  if (!Array.isArray(endpoints) || !endpoints.includes('/v1/messages')) return provider;
  return withMessagesApi(provider, info?.['cache_control_ttl'] === true);
}

function toAccessGroups({ model_info: info }: ParsedDeployment): Pick<ConfiguredDeployment, 'accessGroups'> {
  const groups = info?.['access_groups'];
  const names = Array.isArray(groups) ? groups.filter((name) => typeof name === 'string') : [];
  return names.length === 0 ? {} : { accessGroups: names };
}

/** Makes, from a row with stars, the row for one model. */
function forModel(row: Row, underlyingModel: string): ConfiguredDeployment | undefined {
  const params = { ...row.params, model: underlyingModel };
  const resolved = resolveProvider(underlyingModel, params.custom_llm_provider ?? undefined, apiBaseOf(params));
  const provider = resolved === undefined ? undefined : findProvider(resolved.providerId);
  return resolved === undefined || provider === undefined ? undefined : toDeployment({ ...row, params }, provider, resolved.model);
}

/** Caches the answers for the latest names: clients choose them, so that their number must be bounded. */
function rememberFew<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const found = find(name);
    if (known.size >= NAMES_REMEMBERED_MAX) known.clear();
    known.set(name, found);
    return found;
  };
}

/** What is still missing before a row can serve, for people to read; undefined when nothing is. */
function neededVariables(row: Row, provider: ProviderRow, apiKey: string | undefined): string | undefined {
  const base = unsetVariable(row, 'api_base') ?? unsetVariable(row, 'base_url');
  const key = apiKey === undefined ? neededKey(row, provider) : undefined;
  const needed = [base, key].filter((name) => name !== undefined);
  return needed.length === 0 ? undefined : needed.join(', ');
}

/** A variable that the row names and that is not set. */
function unsetVariable({ root, path }: Row, member: string): string | undefined {
  const node = nodeAt(root, [...path, member]);
  return node?.content === null ? node.variable : undefined;
}

/** Somebody's own server may need no key; then its provider's row says so. */
function neededKey(row: Row, provider: ProviderRow): string | undefined {
  // A row for all providers finds the key of each when a call names it.
  if (row.params.model.startsWith('*') && typeof row.params.custom_llm_provider !== 'string') return undefined;
  const named = unsetVariable(row, 'api_key');
  if (named !== undefined) return named;
  // A token, or what one is fetched with, replaces a key.
  const hasToken = toSecrets(row.params).secrets !== undefined || firstSet(provider.tokenEnv ?? [], row.env) !== undefined;
  if (provider.auth.kind === 'token' && hasToken) return undefined;
  return provider.auth.kind === 'none' || provider.keyOptional === true ? undefined : provider.keyEnv[0];
}

function toSecrets(params: ParsedParams): Pick<ConfiguredDeployment, 'secrets'> {
  const secrets = Object.entries(params).filter(([name, value]) => classifyParam(name) === 'secret' && value !== null);
  return secrets.length === 0 ? {} : { secrets: toJson(Object.fromEntries(secrets)) };
}

function toSettings({ parsed, params, global, env }: Row, { auth, envOptions = {} }: ProviderRow): DeploymentSettings {
  const ambient = Object.entries(envOptions).map(([name, variables]) => [name, firstSet(variables, env)] as const);
  const pick = (kind: 'default' | 'option'): Record<string, JsonValue> =>
    toJson(Object.fromEntries(Object.entries(params).filter(([name, value]) => classifyParam(name) === kind && value !== null)));
  return {
    dropParams:
      params.drop_params ?? global.litellm_settings?.drop_params ?? /^(?:true|1|yes|on)$/iu.test(env['LITELLM_DROP_PARAMS'] ?? ''),
    additionalDropParams: params.additional_drop_params ?? [],
    allowedOpenaiParams: params.allowed_openai_params ?? [],
    modifyParams: params.modify_params ?? global.litellm_settings?.modify_params ?? false,
    extraHeaders: toHeaders(params),
    defaults: pick('default'),
    options: { ...projectOf(auth, params, env), ...withoutUnset(ambient), ...baseModelOf(parsed), ...pick('option') },
  };
}

/** The reference has two names for the same; `extra_headers` win. */
function toHeaders({ headers, extra_headers: extra }: ParsedParams): Record<string, string> {
  const all = [...Object.entries(headers ?? {}), ...Object.entries(extra ?? {})];
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The project is part of the URL: that of the credentials, unless a setting names another. */
function projectOf(auth: ProviderRow['auth'], params: ParsedParams, env: Environment): Record<string, JsonValue> {
  if (auth.kind !== 'token' || auth.issuer !== 'google') return {};
  const project = googleProject(params['vertex_credentials'] ?? params['vertex_ai_credentials'] ?? undefined, env);
  return project === undefined ? {} : { default_project: project };
}

function withoutUnset(entries: readonly (readonly [string, string | undefined])[]): Record<string, JsonValue> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Operators set it in either place; the one beside the model wins. */
function baseModelOf({ model_info: info }: ParsedDeployment): Record<string, JsonValue> {
  const name = info?.['base_model'];
  return typeof name === 'string' && name !== '' ? { base_model: name } : {};
}

/** Where deployments have names of the operator's own, the facts are those of the model behind. */
function factsModel({ readsBaseModel }: ProviderRow, model: string, { options }: DeploymentSettings): string {
  const { base_model: base } = options;
  return readsBaseModel === true && typeof base === 'string' ? base : model;
}

/** Tells the compiler what holds already: config values are plain data. */
function toJson(value: Readonly<Record<string, unknown>>): Record<string, JsonValue> {
  return JSON.parse(JSON.stringify(value)) as Record<string, JsonValue>;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function firstSet(names: readonly string[], env: Environment): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
