import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { createStore, prepareDatabase, startEmbedded } from '@stagegate/gateway-engine/store';
import type { RunningGateway } from '../gateways/start-gateway.ts';
import { onStand } from './on-stand.ts';
import { residentMegabytes } from './read-proc.ts';
import { measureSides, type SidesFigures, type SidesOptions } from './sides.ts';

/** How much is measured. */
export interface KeysOptions extends SidesOptions {
  /** Keys of the large database; the small one has ten. */
  readonly keys: number;
}

/** CPU of one call; and what a gateway with a database, and the yardstick, had resident at most after all of them, in megabytes. */
export interface KeysFigures extends SidesFigures<'relay' | 'master' | 'key' | 'keyOfMany'> {
  readonly peakMegabytes: { readonly relay: number; readonly gateway: number };
}

const FEW = 10;
const KEY = 'sk-of-the-bench-1';
const READY_MS = 60_000;
const FILL_MS = 300_000;

/** Measures what a virtual key costs, and what many of them cost: the hono shell, each with an embedded PostgreSQL behind it. */
export async function measureKeys(
  options: KeysOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: KeysFigures; readonly flags: readonly string[] }> {
  return onStand(async (stand) => {
    const start = async (name: string, count: number): Promise<RunningGateway> => {
      const database = await startEmbedded(join(stand.build.folder, name), silentLog);
      stand.onEnd(database.stop);
      await fill(database.url, count);
      say(`${name}: ${count} keys`);
      return stand.start('hono', { databaseUrl: database.url });
    };
    const few = await start('few', FEW);
    const many = await start('many', options.keys);
    const relay = await stand.start('relay');
    const authorization = `Bearer ${KEY}`;
    // The memory is that of the gateway that answers as many calls as the yardstick, all of them with a key.
    const sides = {
      relay: { gateway: relay },
      master: { gateway: few },
      key: { gateway: few, authorization },
      keyOfMany: { gateway: many, authorization },
    };
    const measured = await measureSides(stand, sides, options);
    return { ...measured, peakMegabytes: { relay: residentMegabytes(relay.pid).peak, gateway: residentMegabytes(many.pid).peak } };
  });
}

async function fill(url: string, count: number): Promise<void> {
  const store = createStore({ url, manageAnswerMs: FILL_MS, prepare: async (database) => void (await prepareDatabase(database)) });
  try {
    if (!(await store.ready(READY_MS))) throw new Error('the database gives no answer');
    const filled = await store.manage.run((database) =>
      database.execute(
        `INSERT INTO "LiteLLM_VerificationToken" (token, key_name, models)
         SELECT encode(sha256(convert_to('sk-of-the-bench-' || n, 'UTF8')), 'hex'), 'sk-...' || n, '{}' FROM generate_series(1, ${count}) AS n`,
      ),
    );
    if (!filled.ok) throw new Error(filled.error.message);
  } finally {
    await store.close();
  }
}
