import type { DailyRow, DailyRows, DailyScope, DailySums } from '../store/index.ts';

/** What one call adds to the days of all its owners. */
export interface DailyCall extends DailySums {
  readonly request_id: string;
  readonly owners: readonly (readonly [scope: DailyScope, id: string])[];
}

type Open<T> = { -readonly [Name in keyof T]: T[Name] };

/** Sums up calls by day until they are written. */
export class DayCollector {
  readonly #scopes = new Map<DailyScope, Map<string, Open<DailyRow>>>();

  add({ owners, ...sums }: DailyCall): void {
    const { date, api_key: key, model, custom_llm_provider: provider, endpoint } = sums;
    const rest = `\0${date}\0${key}\0${model}\0${provider}\0${endpoint}`;
    for (const [scope, owner] of owners) {
      const rows = this.#rowsOf(scope);
      const known = rows.get(owner + rest);
      if (known === undefined) rows.set(owner + rest, { ...sums, owner });
      else addTo(known, sums);
    }
  }

  /** The rows to write, one part for each table. */
  toRows(): readonly DailyRows[] {
    return [...this.#scopes].map(([scope, rows]) => ({ scope, rows: [...rows.values()] }));
  }

  #rowsOf(scope: DailyScope): Map<string, Open<DailyRow>> {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const made = new Map<string, Open<DailyRow>>();
    this.#scopes.set(scope, made);
    return made;
  }
}

function addTo(row: Open<DailyRow>, more: DailySums): void {
  row.prompt_tokens += more.prompt_tokens;
  row.completion_tokens += more.completion_tokens;
  row.cache_read_input_tokens += more.cache_read_input_tokens;
  row.cache_creation_input_tokens += more.cache_creation_input_tokens;
  row.spend += more.spend;
  row.api_requests += more.api_requests;
  row.successful_requests += more.successful_requests;
  row.failed_requests += more.failed_requests;
  row.total_response_time_ms += more.total_response_time_ms;
  row.timed_requests += more.timed_requests;
}
