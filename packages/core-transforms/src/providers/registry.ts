import type { ProviderRow } from './provider-row.ts';

const ROWS: readonly ProviderRow[] = [];

const BY_ID: ReadonlyMap<string, ProviderRow> = new Map(ROWS.map((row) => [row.id, row]));

/** The row of a provider, or undefined for one nobody has written down. */
export function findProvider(id: string): ProviderRow | undefined {
  return BY_ID.get(id);
}

/** Every provider, sorted by id. */
export function listProviders(): readonly ProviderRow[] {
  return ROWS;
}
