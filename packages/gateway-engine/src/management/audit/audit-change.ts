import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { insertAudits, tables, type Database, type NewAuditLogRow } from '../../store/index.ts';
import { toAudit } from '../../tenants/index.ts';
import { toPlain } from '../../text/index.ts';
import { nameOf } from '../callers.ts';
import type { StoredParts } from '../parts.ts';
import type { AuditedRows, AuditRule } from './audit-rules.ts';
import { AUDITED_ROUTES } from './audited-routes.ts';

/**
 * Runs a call's handler and writes what it changed to the audit log before the answer goes out. If that cannot be written, the change
 * stands and an error is logged, as in LiteLLM.
 *
 * in:   `routeId`: a route that `AUDITED_ROUTES` does not name is answered and not audited.
 * cost: one query before and one after, for each table that the route changes.
 */
export async function auditChange(
  routeId: string,
  parts: StoredParts,
  call: ManagedCall,
  answer: () => Promise<unknown>,
): Promise<unknown> {
  const rules = AUDITED_ROUTES[routeId];
  if (rules === undefined) return answer();
  const { manage } = parts.store;
  const before = await manage.run((database) => Promise.all(rules.map((rule) => rule.before(database, call))));
  const value = await answer();
  const written = before.ok ? await manage.run((database) => writeAudits(database, rules, before.value, { parts, call, value })) : before;
  if (!written.ok) parts.log.error('audit-not-written', { route: routeId, why: written.error.message });
  return value;
}

interface Answered {
  readonly parts: StoredParts;
  readonly call: ManagedCall;
  readonly value: unknown;
}

async function writeAudits(
  database: Database,
  rules: readonly AuditRule[],
  rowsBefore: readonly AuditedRows[],
  { parts, call, value }: Answered,
): Promise<void> {
  const plain = toPlain(value);
  const answer = isObject(plain) ? plain : {};
  const at = new Date(parts.clock.nowMs());
  const by = { changed_by: await findChanger(database, call), changed_by_api_key: call.caller.keyHash ?? '', updated_at: at };
  const audits: NewAuditLogRow[] = [];
  for (const [index, rule] of rules.entries()) {
    const before = rowsBefore[index] ?? new Map<string, JsonObject>();
    const names = rule.made?.(answer).filter((name) => !before.has(name)) ?? [...before.keys()];
    if (names.length === 0) continue;
    const after = await rule.after(database, names);
    for (const name of names) {
      const change = { before: rule.action === 'created' ? undefined : before.get(name), after: after.get(name) };
      if (!isChanged(rule, change)) continue;
      const { table, action } = rule;
      audits.push(toAudit({ table, action, id: name, before: change.before, shown: pickShown(rule, change, answer) }, by));
    }
  }
  await insertAudits(database, audits);
}

/** A row before and after; undefined where it is not there. */
interface RowChange {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** Whether a call changed this row, as it may name rows that it leaves alone. A rotated key is no longer found by its old name. */
function isChanged({ action, shows }: AuditRule, { before, after }: RowChange): boolean {
  if (action === 'deleted') return after === undefined;
  if (action === 'rotated') return before !== undefined;
  if (before === undefined || after === undefined) return after !== undefined;
  const names = typeof shows === 'string' ? Object.keys(after) : shows;
  return names.some((name) => isOther(before[name], after[name]));
}

/** Times of changes, which are left out because the audit row has its own. */
const MOMENTS = words('updated_at settings_updated_at');

function pickShown({ shows }: AuditRule, { before = {}, after = {} }: RowChange, answer: JsonObject): JsonObject {
  if (shows === 'nothing') return {};
  if (shows === 'answer') return answer;
  if (shows === 'row') return after;
  const isShown = (name: string): boolean =>
    shows === 'changed' ? !MOMENTS.has(name) && isOther(before[name], after[name]) : shows.includes(name);
  return Object.fromEntries(Object.entries(after).filter(([name]) => isShown(name)));
}

function isOther(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

const CHANGED_BY = 'litellm-changed-by';
const MAY_NAME = 'allow_litellm_changed_by_header';

/** Who is named as the author of a change: whoever the header names, if the metadata of the caller's key or team allows it; else the caller. */
async function findChanger(database: Database, { caller, header }: ManagedCall): Promise<string> {
  const named = header(CHANGED_BY) ?? '';
  if (named === '') return nameOf(caller);
  if (caller.metadata[MAY_NAME] === true) return named;
  const team = caller.teamId === undefined ? undefined : await tables.teams.find(database, { team_id: caller.teamId });
  return isObject(team?.metadata) && team.metadata[MAY_NAME] === true ? named : nameOf(caller);
}
