import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { maskSettings } from '../../config/index.ts';
import { words } from '../../config/known-keys.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { insertAudits, tables, type Database, type NewAuditLogRow } from '../../store/index.ts';
import { nameKey } from '../../text/index.ts';
import { nameOf } from '../callers.ts';
import type { StoredParts } from '../parts.ts';
import { toPlain } from '../read-query.ts';
import type { AuditedRows, AuditRule } from './audit-rules.ts';
import { AUDITED_ROUTES } from './audited-routes.ts';

/**
 * Answers a call, and writes down what it changed before the answer goes out. What could not be written is logged: the change stands, as in LiteLLM.
 *
 * in:   `routeId`: a route that `AUDITED_ROUTES` does not name is answered, and no more.
 * cost: the rows are read before and after: one question each for a table that the route changes.
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
      audits.push({
        ...by,
        table_name: rule.table,
        object_id: name,
        action: rule.action,
        before_value: change.before === undefined ? null : toKept(change.before),
        updated_values: toKept(pickShown(rule, change, answer)),
      });
    }
  }
  await insertAudits(database, audits);
}

/** A row before and after; undefined where it is not there. */
interface RowChange {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** Of several rows that a call names, it may have changed some. A rotated key has another name now. */
function isChanged({ action, shows }: AuditRule, { before, after }: RowChange): boolean {
  if (action === 'deleted') return after === undefined;
  if (action === 'rotated') return before !== undefined;
  if (before === undefined || after === undefined) return after !== undefined;
  const names = typeof shows === 'string' ? Object.keys(after) : shows;
  return names.some((name) => isOther(before[name], after[name]));
}

/** Columns that say when, which the audit says itself. */
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

/** Names that look like a secret's, and are none: a hash, names, a moment. The log is searched by the first. */
const PLAIN = words('token token_id key_name key_alias key_rotation_at');

/** What is kept of values: no secret, and nothing of what nobody said. */
function toKept(values: JsonObject): JsonObject {
  const said = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(
    said.map(([name, value = null]) => {
      if (PLAIN.has(name)) return [name, value];
      if (name === 'key' && typeof value === 'string') return [name, nameKey(value)];
      return [name, maskSettings({ [name]: value })[name] ?? null];
    }),
  );
}

const CHANGED_BY = 'litellm-changed-by';
const MAY_NAME = 'allow_litellm_changed_by_header';

/** Who changed something: whom a header names, where the metadata of the caller's key or team lets it, else the caller. */
async function findChanger(database: Database, { caller, header }: ManagedCall): Promise<string> {
  const named = header(CHANGED_BY) ?? '';
  if (named === '') return nameOf(caller);
  if (caller.metadata[MAY_NAME] === true) return named;
  const team = caller.teamId === undefined ? undefined : await tables.teams.find(database, { team_id: caller.teamId });
  return isObject(team?.metadata) && team.metadata[MAY_NAME] === true ? named : nameOf(caller);
}
