import type { ManagedCall } from '../../ports/index.ts';
import { AUDIT_SORTS, findAuditPage, tables, type AuditSort } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { countPages, parseInstant, readPage, readText } from '../read-query.ts';
import { refuseInDetail } from '../refusal.ts';

/** GET /audit: the audit log by page, newest first. */
export async function listAudits(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'page_size', sizeDefault: 10, sizeMax: 100 });
  const filter = {
    changedBy: readText(query, 'changed_by'),
    keyHash: readText(query, 'changed_by_api_key'),
    action: readText(query, 'action'),
    table: readText(query, 'table_name'),
    objectId: readText(query, 'object_id'),
    from: readInstant(query, 'start_date'),
    to: readInstant(query, 'end_date'),
    teamPart: readText(query, 'object_team_id'),
    tokenPart: readText(query, 'object_key_hash'),
    search: readText(query, 'search'),
  };
  const order = { ...readOrder(query), offset: (page - 1) * size, limit: size };
  const { rows, total } = await ask(parts, (database) => findAuditPage(database, filter, order));
  return { audit_logs: rows, total, page, page_size: size, total_pages: countPages(total, size) };
}

/** GET /audit/{id} */
export async function showAudit(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const { id = '' } = places;
  const row = await ask(parts, (database) => tables.auditLogs.find(database, { id }));
  if (row === undefined) throw refuseInDetail(404, { message: `Audit log with ID ${id} not found` });
  return row;
}

function readOrder(query: URLSearchParams): { readonly sortBy: AuditSort; readonly descending: boolean } {
  const asked = readText(query, 'sort_by') ?? 'updated_at';
  const sortBy = AUDIT_SORTS.find((name) => name === asked);
  if (sortBy === undefined) throw refuseInDetail(400, { error: `sort_by must be one of ${AUDIT_SORTS.join(', ')}` });
  return { sortBy, descending: readText(query, 'sort_order') !== 'asc' };
}

function readInstant(query: URLSearchParams, name: string): Date | undefined {
  const text = readText(query, name);
  const instant = text === undefined ? undefined : parseInstant(text);
  if (text !== undefined && instant === undefined) throw refuseInDetail(400, { error: `${name} must be a day or an instant of ISO 8601` });
  return instant;
}
