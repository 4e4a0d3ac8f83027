import { fail, type Failure } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';
import type { AuthPlacement } from '../contract/wire.ts';
import { holdsFor } from '../params/model-condition.ts';
import { readOption } from '../params/read-option.ts';
import type { UrlRule } from './provider-row.ts';

/** Where a call goes, and where the credential goes in it. */
export interface Address {
  /** Absolute, with query. */
  readonly url: string;
  readonly auth: AuthPlacement;
}

/** Why a call cannot be sent if its provider's base URL is not known (the reference would call OpenAI's host, with this provider's key). */
export function refuseHomeless({ apiBase, provider }: Plan): Failure | undefined {
  if (apiBase !== undefined || provider.baseUrl !== undefined) return undefined;
  return fail({ kind: 'declined', path: 'api_base', reason: `${provider.id} has no host of its own: set api_base` });
}

/**
 * The address of one of a provider's APIs.
 *
 * in:  the API's own path, with its slash; the base URL may end in it already, or have a query.
 * out: by the row's URL rules, if one holds; else base URL and path.
 */
export function toAddress(plan: Plan, path: string): Address {
  const { provider } = plan;
  const rule = provider.urls?.find(({ when }) => holdsFor(when, plan));
  const given = rule?.base === undefined ? plan.apiBase : undefined;
  const [base = '', search = ''] = splitOnce(given ?? fillOptions(rule?.base ?? provider.baseUrl ?? '', plan), '?');
  const query = [search, ...addedQuery(rule, search, plan)].filter((part) => part !== '').join('&');
  const ended = withEnding(base, provider.baseEnding ?? '');
  const url = rule === undefined ? withEnding(ended, path) : joinPaths(ended, fillIn(rule, path, plan));
  return { url: query === '' ? url : `${url}?${query}`, auth: placed(rule?.auth ?? provider.auth, plan) };
}

function placed(auth: AuthPlacement, plan: Plan): AuthPlacement {
  return auth.kind === 'aws-sigv4' ? { ...auth, region: fillOptions(auth.region, plan) } : auth;
}

/** `{name}` → the option of that name. */
function fillOptions(text: string, plan: Plan): string {
  return text.includes('{') ? text.replaceAll(/\{(\w+)\}/gu, (_whole, name: string) => readOption(plan, name) ?? '') : text;
}

/** The model as the provider knows it: without what chose a route here, with what its row puts before bare names. */
export function providerModel({ model, provider: { modelAddress, modelPrefix, routePrefix } }: Plan): string {
  const named = routePrefix === undefined ? model : model.replace(routePrefix, '');
  if (modelAddress !== undefined) return named.replace(modelAddress.from, modelAddress.to);
  return modelPrefix === undefined || named.includes('/') ? named : modelPrefix + named;
}

/** The model as answers name it that keep the provider's own name. */
export function ownModelName({ model, provider: { unshownPrefix } }: Plan): string {
  return unshownPrefix === undefined ? model : model.replace(unshownPrefix, '');
}

function fillIn({ path: pattern }: UrlRule, path: string, plan: Plan): string {
  const model = providerModel(plan).split('/').map(encodeURIComponent).join('/');
  return pattern.replace('{model}', () => model).replace('{path}', () => path);
}

function addedQuery(rule: UrlRule | undefined, search: string, plan: Plan): readonly string[] {
  return Object.entries(rule?.query ?? {}).flatMap(([name, option]) => {
    const value = readOption(plan, option);
    const isThere = search.split('&').some((part) => part.startsWith(`${name}=`));
    return value === undefined || isThere ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
}

function withEnding(base: string, ending: string): string {
  return base.endsWith(ending) ? base : base + ending;
}

/** A base URL that ends in the first part of the path, or in all of it, does not get it twice. */
function joinPaths(base: string, path: string): string {
  const segments = path.split('/').slice(1);
  for (let count = segments.length; count > 0; count -= 1) {
    const head = `/${segments.slice(0, count).join('/')}`;
    if (base.endsWith(head)) return base + path.slice(head.length);
  }
  return base + path;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
