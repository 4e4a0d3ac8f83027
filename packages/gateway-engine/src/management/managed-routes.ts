import { compileModelNames, organizationsOf, refuseRole, type ModelNames } from '../auth/index.ts';
import { renderErrorBody, toAnswerError } from '../errors/index.ts';
import type { ManagedAnswer, ManagedCall, ManagedRoute } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { toPlain } from '../text/index.ts';
import { Page, type ManagementParts } from './parts.ts';
import { toProblem } from './problem.ts';
import { Refusal, refuseWithoutDatabase } from './refusal.ts';
import type { RouteRow } from './route-rows.ts';
import { ROUTE_ROWS } from './route-table.ts';

/** The routes of the table, over a configuration and the database. Their code is loaded when it is first called. */
export function managedRoutes(parts: ManagementParts): readonly ManagedRoute[] {
  let compiled: ModelNames | undefined;
  const names = (): ModelNames => (compiled ??= compileModelNames(parts.config, compileModels(parts.config)));
  return ROUTE_ROWS.map((row): ManagedRoute => {
    const { method, paths, access } = row;
    return {
      kind: 'managed',
      id: toId(row),
      method,
      paths,
      access,
      envelope: 'openai',
      answer: (call) => answerCall(row, parts, call, names),
    };
  });
}

type Names = () => ModelNames;

function toId({ method, paths }: RouteRow): string {
  return `${method} ${paths[0] ?? ''}`;
}

async function answerCall(row: RouteRow, parts: ManagementParts, call: ManagedCall, names: Names): Promise<ManagedAnswer> {
  const refused = refuseRole(call.caller, row.access, call.path, organizationsOf(call));
  if (refused !== undefined) {
    const shown = toAnswerError(refused);
    return { status: shown.status, headers: JSON_TYPE, body: renderErrorBody('openai', shown) };
  }
  try {
    const value = await handle(row, parts, call, names);
    if (value instanceof Page) return { status: row.status, headers: value.headers, body: value.body };
    return row.status === 204 ? { status: 204, headers: {}, body: '' } : json(row.status, toPlain(value));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    if (row.problems !== true) return json(thrown.status, thrown.body);
    const problem = toProblem(thrown);
    return { ...json(problem.status, problem), headers: { 'content-type': 'application/problem+json' } };
  }
}

async function handle(row: RouteRow, parts: ManagementParts, call: ManagedCall, names: Names): Promise<unknown> {
  if (!row.needsStore) return (await row.load())(parts, call);
  const { store } = parts;
  if (store === undefined) throw refuseWithoutDatabase();
  const stored = { ...parts, store, names: names() };
  const load = await row.load();
  const answer = (): Promise<unknown> => load(stored, call);
  if (!parts.config.tenants.isAudited) return answer();
  return (await import('./audit/audit-change.ts')).auditChange(toId(row), stored, call, answer);
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

function json(status: number, body: unknown): ManagedAnswer {
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) ?? 'null' };
}
