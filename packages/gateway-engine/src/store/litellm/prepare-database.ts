import type { Database } from '../pool.ts';
import { type Drift, findDrift } from './find-drift.ts';
import { prepareTables } from './prepare-tables.ts';

/** What was found, or done, when a database was reached. */
export interface Prepared {
  /** It was empty, and has LiteLLM's tables now. */
  readonly made: boolean;
  readonly drift: Drift;
}

/** Makes LiteLLM's tables in an empty database, and says what lacks in any other. Throws what the driver throws. */
export async function prepareDatabase(database: Database): Promise<Prepared> {
  const made = await prepareTables(database);
  return { made, drift: await findDrift(database) };
}
