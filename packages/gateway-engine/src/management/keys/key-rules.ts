import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import type { TenantSettings } from '../../config/index.ts';
import type { Caller } from '../../ports/index.ts';
import type { TeamRow } from '../../store/index.ts';
import { durationMs } from '../../tenants/index.ts';
import { isAdmin, teamRoleOf } from '../callers.ts';
import { readDuration } from '../durations.ts';
import { refuse, refuseInBraces } from '../refusal.ts';

const AMOUNTS = ['max_budget', 'max_parallel_requests', 'tpm_limit', 'rpm_limit'] as const;
const DURATIONS = ['budget_duration', 'duration'] as const;
const OWNERS = ['user_id', 'team_id'] as const;

/** The members of a new key, with the configured defaults where none were sent. Source: LiteLLM 1.106.2, default_key_generate_params. */
export function withKeyDefaults({ keyDefaults }: TenantSettings, fields: JsonObject): JsonObject {
  const plain = [...AMOUNTS, ...DURATIONS, ...OWNERS].filter((name) =>
    // A null duration is meant: a budget that is never reset.
    name === 'budget_duration' ? fields[name] === undefined : (fields[name] ?? null) === null,
  );
  const empty = (['models', 'metadata'] as const).filter((name) => Object.keys(fields[name] ?? {}).length === 0);
  const filled = [...plain, ...empty].flatMap((name) => {
    const value = keyDefaults[name] ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  return { ...fields, ...Object.fromEntries(filled) };
}

/** A new key's members, with the configured upper bounds in place of limits that were not sent. Throws a Refusal for a limit over its bound. */
export function withinBounds({ keyBounds }: TenantSettings, fields: JsonObject, nowMs: number): JsonObject {
  const filled = Object.entries(keyBounds).flatMap(([name, bound]: [string, JsonValue | undefined]) =>
    bound !== null && bound !== undefined && (fields[name] ?? null) === null ? [[name, bound] as const] : [],
  );
  const within = { ...fields, ...Object.fromEntries(filled) };
  checkBounds(keyBounds, within, nowMs);
  return within;
}

/** Refuses limits over their configured bounds; removing a limit counts as exceeding its bound. */
export function checkBounds(keyBounds: TenantSettings['keyBounds'], fields: JsonObject, nowMs: number): void {
  for (const name of AMOUNTS) {
    const [value, bound] = [fields[name], keyBounds[name] ?? undefined];
    if (value === undefined || bound === undefined) continue;
    if (value === null || Number(value) > bound) throw overBound(name, value, bound);
  }
  for (const name of DURATIONS) {
    const [value, bound] = [fields[name], keyBounds[name] ?? undefined];
    if (value === undefined || bound === undefined) continue;
    const endless = value === null || value === '' || value === '-1';
    if (endless || lengthMs(value, name, nowMs) > lengthMs(bound, name, nowMs)) throw overBound(name, value, bound);
  }
}

function lengthMs(value: JsonValue, name: string, nowMs: number): number {
  return durationMs(readDuration(value, name), nowMs);
}

function overBound(name: string, value: JsonValue, bound: string | number): Error {
  const shown = value === null ? 'None' : String(value);
  return refuseInBraces(400, `${name} is over max limit set in config - user_value=${shown}; max_value=${bound}`);
}

/** Refuses callers who may not make such a key, and keys that lack required members. Source: LiteLLM 1.106.2, key_generation_check. */
export function checkMaker(
  { teamKeys, personalKeys, personalKeysRefused }: TenantSettings,
  caller: Caller,
  body: JsonObject,
  team: TeamRow | undefined,
): void {
  const forTeam = typeof body['team_id'] === 'string';
  // The reference enforces this in its admin page alone, not in its API.
  if (!forTeam && personalKeysRefused && !isAdmin(caller)) {
    throw refuse(400, 'Personal key creation has been restricted by admin: default_team_disabled is set. Name a team_id.');
  }
  if (forTeam && isAdmin(caller)) return;
  const rules = forTeam ? teamKeys : personalKeys;
  if (forTeam) {
    const role = team === undefined ? undefined : teamRoleOf(caller, team);
    const allowed = rules.allowed_team_member_roles ?? undefined;
    if (role !== undefined && allowed !== undefined && !allowed.includes(role)) {
      throw refuse(400, `Team member role ${role} not in allowed_team_member_roles=${JSON.stringify(allowed)}`);
    }
  } else {
    const allowed = rules.allowed_user_roles ?? undefined;
    if (allowed !== undefined && !allowed.includes(caller.role ?? '')) {
      const roles = `Allowed roles=${JSON.stringify(allowed)}. Your role=${caller.role ?? 'None'}`;
      throw refuse(400, `Personal key creation has been restricted by admin. ${roles}`);
    }
  }
  const missing = rules.required_params?.find((name) => !Object.hasOwn(body, name));
  if (missing !== undefined) throw refuse(400, `Required param ${missing} not in data`);
}
