import type { JsonObject } from '@stagegate/core-transforms';
import type { ModelRateLimits, RateLimit, RateLimits } from '../ports/index.ts';
import type { BudgetRows, EndUserRows, KeyRows } from '../store/index.ts';
import { toObject } from './to-object.ts';

type Limits = Pick<BudgetRows, 'rpm_limit' | 'tpm_limit' | 'max_parallel_requests'>;

const NO_LIMITS: Limits = { rpm_limit: null, tpm_limit: null, max_parallel_requests: null };

/**
 * The limits in a key's rows, per minute and of calls at once; undefined where there are none. Scopes have the reference's names. The
 * reference enforces `max_parallel_requests` for keys alone, and no limits of a project's budget: here both hold.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/parallel_request_limiter_v3.py.
 */
export function toRates(rows: KeyRows): RateLimits | undefined {
  const { key, user, team, memberBudget, project, organization } = rows;
  const own = [
    limitOf('api_key', key.token, withBudget(key, rows.keyBudget)),
    limitOf('user', user?.user_id, user),
    limitOf('team', team?.team_id, team),
    limitOf('team_member', `${key.team_id ?? ''}:${key.user_id ?? ''}`, memberBudget),
  ].flat();
  const others = [
    limitOf('project', project?.project_id, rows.projectBudget),
    limitOf('organization', organization?.organization_id, rows.organizationBudget),
  ].flat();
  const byModel = [...keyAndTeam(rows), ...ofProject(project), ...ofOrganization(organization)];
  return own.length + others.length + byModel.length === 0 ? undefined : { own, byModel, others };
}

/** The limits of a customer; undefined where he has none. */
export function toEndUserRates({ endUser, budget }: EndUserRows): RateLimit | undefined {
  return limitOf('end_user', endUser.user_id, budget)[0];
}

function limitOf(scope: string, id: string | undefined, row: Limits | null): readonly RateLimit[] {
  const { rpm_limit: requests, tpm_limit: tokens, max_parallel_requests: parallel } = row ?? NO_LIMITS;
  if (id === undefined || (requests === null && tokens === null && parallel === null)) return [];
  return [{ scope, id, requests: requests ?? undefined, tokens: tokens ?? undefined, parallel: parallel ?? undefined }];
}

/** The key's budget row fills in the limits that the key does not have itself. */
function withBudget(key: Limits, budget: BudgetRows | null): Limits {
  return {
    rpm_limit: key.rpm_limit ?? budget?.rpm_limit ?? null,
    tpm_limit: key.tpm_limit ?? budget?.tpm_limit ?? null,
    max_parallel_requests: key.max_parallel_requests ?? budget?.max_parallel_requests ?? null,
  };
}

/**
 * A team's limit on a model holds for each of its keys that limits no model itself, and for all of these together. A key that limits any
 * model takes none of its team's, as in the reference.
 */
function keyAndTeam({ key, team }: KeyRows): readonly ModelRateLimits[] {
  const own = byModelOf(toObject(key.metadata));
  const ofTeam = byModelOf(toObject(team?.metadata));
  const requests = isEmpty(own.requests) ? ofTeam.requests : own.requests;
  const tokens = isEmpty(own.tokens) ? ofTeam.tokens : own.tokens;
  return [
    // A caller with a token has no key to count for.
    ...filled('model_per_key', key.token === '' ? undefined : key.token, { requests, tokens }),
    ...filled('model_per_team', team?.team_id, {
      requests: without(ofTeam.requests, own.requests),
      tokens: without(ofTeam.tokens, own.tokens),
    }),
  ];
}

function ofProject(project: KeyRows['project']): readonly ModelRateLimits[] {
  if (project === null) return [];
  return filled('model_per_project', project.project_id, byModelOf(toObject(project)));
}

function ofOrganization(organization: KeyRows['organization']): readonly ModelRateLimits[] {
  if (organization === null) return [];
  return filled('model_per_organization', organization.organization_id, byModelOf(toObject(organization.metadata)));
}

type ByModel = Pick<ModelRateLimits, 'requests' | 'tokens'>;

function filled(scope: string, id: string | undefined, limits: ByModel): readonly ModelRateLimits[] {
  return id === undefined || (isEmpty(limits.requests) && isEmpty(limits.tokens)) ? [] : [{ scope, id, ...limits }];
}

function byModelOf({ model_rpm_limit: requests, model_tpm_limit: tokens }: JsonObject): ByModel {
  return { requests: toNumbers(requests), tokens: toNumbers(tokens) };
}

function toNumbers(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(toObject(value)).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function without(limits: Readonly<Record<string, number>>, others: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(limits).filter(([model]) => !Object.hasOwn(others, model)));
}

function isEmpty(limits: object): boolean {
  return Object.keys(limits).length === 0;
}
