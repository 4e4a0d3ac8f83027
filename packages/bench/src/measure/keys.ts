import { join } from 'node:path';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { createStore, prepareDatabase, startEmbedded } from '@stagegate/gateway-engine/store';
import { buildGateways } from '../gateways/build-gateways.ts';
import { startGateway, type RunningGateway } from '../gateways/start-gateway.ts';
import type { LoadResult } from '../load/drive.ts';
import { startChild, type Child } from '../process/start-child.ts';
import { callOf, CELLS } from './cells.ts';
import { cpuMicroseconds } from './read-proc.ts';
import { rotate } from './rotate.ts';

/** How much is measured. */
export interface KeysOptions {
  readonly pairs: number;
  readonly connections: number;
  /** Of each side in each pair. */
  readonly chats: number;
  /** Keys of the large database; the small one has ten. */
  readonly keys: number;
}

/** CPU microseconds of one call, pair by pair; in each pair all three have their turn. */
export interface KeysFigures {
  readonly master: readonly number[];
  readonly key: readonly number[];
  readonly keyOfMany: readonly number[];
  readonly errors: number;
}

const FEW = 10;
const KEY = 'sk-of-the-bench-1';
const READY_MS = 60_000;
const FILL_MS = 300_000;
const SECONDS_MAX = 30;
const WARM_UP_SHARE = 0.5;

/** Measures what a virtual key costs, and what many of them cost: the hono shell, each with an embedded PostgreSQL behind it. */
export async function measureKeys(
  options: KeysOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: KeysFigures; readonly flags: readonly string[] }> {
  const build = await buildGateways();
  const ends: (() => Promise<void> | void)[] = [build.remove];
  try {
    const mock = await startChild<{ port: number }>(new URL('../upstream/main.ts', import.meta.url));
    ends.push(() => mock.end());
    const load = await startChild<string>(new URL('../load/main.ts', import.meta.url));
    ends.push(() => load.end());
    const start = async (name: string, count: number): Promise<RunningGateway> => {
      const database = await startEmbedded(join(build.folder, name), silentLog);
      ends.push(database.stop);
      await fill(database.url, count);
      say(`${name}: ${count} keys`);
      const running = await startGateway('hono', build, mock.ready.port, { databaseUrl: database.url });
      ends.push(running.stop);
      return running;
    };
    const few = await start('few', FEW);
    const many = await start('many', options.keys);
    return { figures: await measurePairs(few, many, load, options), flags: build.flags };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
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

async function measurePairs(few: RunningGateway, many: RunningGateway, load: Child<string>, options: KeysOptions): Promise<KeysFigures> {
  const cell = CELLS[0];
  if (cell === undefined) throw new Error('there is no cell');
  let errors = 0;
  const run = async ({ port, pid }: RunningGateway, authorization: string, share: number): Promise<number> => {
    const before = cpuMicroseconds(pid);
    const { connections, chats } = options;
    const job = { ...callOf(cell), authorization, port, body: cell.body, connections, secondsMax: SECONDS_MAX };
    const result = await load.ask<LoadResult>({ ...job, requests: Math.ceil(chats * share) }, (SECONDS_MAX + 10) * 1000);
    errors += result.errors;
    return (cpuMicroseconds(pid) - before) / result.completed;
  };
  const sides = [
    { gateway: few, authorization: callOf(cell).authorization, figures: [] as number[] },
    { gateway: few, authorization: `Bearer ${KEY}`, figures: [] as number[] },
    { gateway: many, authorization: `Bearer ${KEY}`, figures: [] as number[] },
  ] as const;
  for (const { gateway, authorization } of [...sides, ...sides]) await run(gateway, authorization, WARM_UP_SHARE);
  for (let pair = 0; pair < options.pairs; pair += 1) {
    for (const { gateway, authorization, figures } of rotate(sides, pair)) figures.push(await run(gateway, authorization, 1));
  }
  const [master, key, keyOfMany] = sides;
  return { master: master.figures, key: key.figures, keyOfMany: keyOfMany.figures, errors };
}
