import type { VerificationTokenRow } from '@stagegate/gateway-engine/store';
import { renderTable } from '@stagegate/parity/table';

const DATE_LENGTH = 16;

/** A key's row for programs. It holds the key's hash, never the key. */
export function toJson(row: VerificationTokenRow): Readonly<Record<string, unknown>> {
  return { ...row };
}

/** A key, with one line per member that is set. `state` overrides the row's. */
export function renderKey(row: VerificationTokenRow, state = stateOf(row, Date.now())): string[] {
  const lines: readonly (readonly [string, string])[] = [
    ['name', row.key_name ?? ''],
    ['alias', row.key_alias ?? ''],
    ['hash', row.token],
    ['models', listed(row.models)],
    ['routes', (row.allowed_routes ?? []).length === 0 ? '' : listed(row.allowed_routes)],
    ['team', row.team_id ?? ''],
    ['user', row.user_id ?? ''],
    ['spent', spent(row)],
    ['expires', row.expires?.toISOString() ?? 'never'],
    ['state', state],
  ];
  return lines.filter(([, value]) => value !== '').map(([name, value]) => `${name.padEnd(8)}${value}`);
}

/** Many keys, a row each. */
export function renderKeys(rows: readonly VerificationTokenRow[]): readonly string[] {
  const nowMs = Date.now();
  return renderTable(
    ['name', 'alias', 'state', 'spent', 'expires', 'models', 'team', 'user'],
    rows.map((row) => [
      row.key_name ?? '',
      row.key_alias ?? '',
      stateOf(row, nowMs),
      spent(row),
      row.expires?.toISOString().slice(0, DATE_LENGTH).replace('T', ' ') ?? 'never',
      listed(row.models),
      row.team_id ?? '',
      row.user_id ?? '',
    ]),
  );
}

function listed(names: readonly string[] | null): string {
  return names === null || names.length === 0 ? 'all' : names.join(', ');
}

function spent({ spend, max_budget: max, budget_duration: duration }: VerificationTokenRow): string {
  const limit = max === null ? '' : ` of ${max}`;
  return `${spend.toFixed(4)}${limit} USD${duration === null ? '' : ` per ${duration}`}`;
}

function stateOf({ blocked, expires }: VerificationTokenRow, nowMs: number): string {
  if (blocked === true) return 'blocked';
  return expires !== null && expires.getTime() < nowMs ? 'expired' : 'works';
}
