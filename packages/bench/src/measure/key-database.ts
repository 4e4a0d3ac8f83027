import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { createStore, prepareDatabase, startEmbedded } from '@stagegate/gateway-engine/store';
import type { Stand } from './on-stand.ts';

/** How one of the keys is shown. */
export const KEY_AUTHORIZATION = 'Bearer sk-of-the-bench-1';

const READY_MS = 60_000;
const FILL_MS = 300_000;

/** Starts an embedded PostgreSQL that holds so many virtual keys; it ends with the stand. out: its URL. */
export async function startKeyDatabase({ build, onEnd }: Stand, name: string, keys: number): Promise<string> {
  const database = await startEmbedded(join(build.folder, name), silentLog);
  onEnd(database.stop);
  await fill(database.url, keys);
  return database.url;
}

async function fill(url: string, keys: number): Promise<void> {
  const store = createStore({ url, manageAnswerMs: FILL_MS, prepare: async (database) => void (await prepareDatabase(database)) });
  try {
    if (!(await store.ready(READY_MS))) throw new Error('the database gives no answer');
    const filled = await store.manage.run((database) =>
      database.execute(
        `INSERT INTO "LiteLLM_VerificationToken" (token, key_name, models)
         SELECT encode(sha256(convert_to('sk-of-the-bench-' || n, 'UTF8')), 'hex'), 'sk-...' || n, '{}' FROM generate_series(1, ${keys}) AS n`,
      ),
    );
    if (!filled.ok) throw new Error(filled.error.message);
  } finally {
    await store.close();
  }
}
