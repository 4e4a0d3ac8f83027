import type { ManagedCall } from '../../ports/index.ts';
import { BUDGET_SORTS, findBudgetPage, type BudgetFilter, type BudgetOrder } from '../../store/index.ts';
import { ask, type StoredParts } from '../parts.ts';
import { refuseAs, refuseQuery } from '../problem.ts';
import { countPages, pageLinks, parseInstant, readText } from '../read-query.ts';
import type { Refusal } from '../refusal.ts';

/** The filter operators of each column. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  budget_duration: ['in', 'is_null'],
  max_budget: ['gte', 'lte', 'is_null'],
  created_at: ['gte', 'lte'],
};
const OPERATORS = 'eq|not|gte|lte|gt|lt|contains|in|is_null';
const PAGED = ['page', 'page_size', 'sort', 'q'] as const;
const SIZE = 50;
const SIZE_MAX = 100;
const NEWEST: readonly BudgetOrder[] = [{ by: 'created_at', descending: true }];

/**
 * GET /management/v1/budgets: by page, sorted and filtered.
 *
 * source: LiteLLM 1.106.2, management_v1/budgets.py and its order of checks.
 */
export async function pageBudgets(parts: StoredParts, { query, path }: ManagedCall): Promise<unknown> {
  refuseQuery(query, ALLOWED, (name) => columnOf(name) !== undefined);
  const page = readPositive(query, 'page', 1);
  const size = Math.min(readPositive(query, 'page_size', SIZE), SIZE_MAX);
  const order = readOrder(query.get('sort'));
  refuseOperators(query);
  const filter = readFilter(query);
  refuseTwice(query);
  const { rows, total } = await ask(parts, (database) =>
    findBudgetPage(database, filter, order, { offset: (page - 1) * size, limit: size }),
  );
  const pages = countPages(total, size);
  const link = pageLinks(path, query);
  return {
    data: rows,
    meta: { total_count: total, page, page_size: size, total_pages: pages },
    links: {
      self: link(page),
      first: link(1),
      prev: page > 1 ? link(page - 1) : null,
      next: page < Math.max(pages, 1) ? link(page + 1) : null,
      last: link(Math.max(pages, 1)),
    },
  };
}

const ALLOWED = [
  ...PAGED,
  ...Object.entries(FILTERS).flatMap(([column, operators]) => operators.map((one) => `filter[${column}][${one}]`)),
];

/** Refuses operators that a filterable column does not have. */
function refuseOperators(query: URLSearchParams): void {
  for (const name of [...query.keys()].toSorted()) {
    const { column = '', operator = '' } = columnOf(name) ?? {};
    const operators = FILTERS[column];
    if (operators === undefined || operators.includes(operator)) continue;
    const detail = `Operator '${operator}' is not supported on '${column}'.`;
    throw refuseAs('unsupported-filter-operator', 'Unsupported filter operator', detail, operators);
  }
}

const FILTER = new RegExp(String.raw`^filter\[(\w+)\](?:\[(${OPERATORS})\])?$`, 'u');

function columnOf(name: string): { readonly column: string; readonly operator: string } | undefined {
  const [, column, operator = 'eq'] = FILTER.exec(name) ?? [];
  return column === undefined || !Object.hasOwn(FILTERS, column) ? undefined : { column, operator };
}

function readPositive(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  if (!/^\s*[+-]?\d{1,9}\s*$/u.test(text)) throw invalid(`'${name}' must be an integer.`);
  if (Number(text) < 1) throw invalid(`'${name}' must be 1 or greater.`);
  return Number(text);
}

function readOrder(text: string | null): readonly BudgetOrder[] {
  if (text === null) return NEWEST;
  const asked = text.split(',').map((segment) => segment.trim());
  const names = asked.map((segment) => segment.replace(/^-/u, ''));
  const wrong = [...new Set(names.filter((name) => !BUDGET_SORTS.some((known) => known === name)))].toSorted();
  if (wrong.length > 0) {
    const detail = `Cannot sort budgets by: ${wrong.map((name) => `'${name}'`).join(', ')}.`;
    throw refuseAs('invalid-sort-field', 'Invalid sort field', detail, BUDGET_SORTS);
  }
  const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].toSorted();
  if (repeated.length > 0) {
    const detail = `Sort field(s) named more than once: ${repeated.join(', ')}. Each may appear once.`;
    throw refuseAs('duplicate-sort-field', 'Duplicate sort field', detail, BUDGET_SORTS);
  }
  return BUDGET_SORTS.filter((by) => names.includes(by))
    .map((by) => ({ by, descending: asked[names.indexOf(by)]?.startsWith('-') === true, at: names.indexOf(by) }))
    .toSorted((one, other) => one.at - other.at);
}

function readFilter(query: URLSearchParams): BudgetFilter {
  return {
    createdFrom: readInstant(query, 'filter[created_at][gte]'),
    createdTo: readInstant(query, 'filter[created_at][lte]'),
    durations: query
      .get('filter[budget_duration][in]')
      ?.split(',')
      .map((one) => one.trim()),
    isEndless: readTruth(query, 'filter[budget_duration][is_null]'),
    isUnlimited: readTruth(query, 'filter[max_budget][is_null]'),
    maxFrom: readAmount(query, 'filter[max_budget][gte]'),
    maxTo: readAmount(query, 'filter[max_budget][lte]'),
    part: readText(query, 'q'),
  };
}

function readTruth(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name)?.toLowerCase();
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw invalid(`'${name}' must be 'true' or 'false'.`);
  return text === 'true';
}

function readAmount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const amount = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(amount)) throw invalid(`'${name}' is not a valid float: '${text}'.`);
  return amount;
}

function readInstant(query: URLSearchParams, name: string): Date | undefined {
  const text = query.get(name);
  const instant = text === null ? undefined : parseInstant(text);
  if (text !== null && instant === undefined) throw invalid(`'${name}' is not a valid datetime: '${text}'.`);
  return instant;
}

/** Refuses parameters that are given twice, because only one of them would be read. */
function refuseTwice(query: URLSearchParams): void {
  const names = [...query.keys()];
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].toSorted();
  if (twice.length === 0) return;
  const said = `Repeated query parameter(s): ${twice.join(', ')}. Each may appear once; use a comma-separated list for multiple sort keys or filter values.`;
  throw refuseAs('duplicate-query-parameter', 'Duplicate query parameter', said);
}

function invalid(detail: string): Refusal {
  return refuseAs('invalid-query-parameter', 'Invalid query parameter', detail);
}
