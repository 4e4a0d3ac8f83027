import { sql } from 'drizzle-orm';
import { ask } from './ask.ts';
import { readDatabaseUrl } from './database-url.ts';
import { createListener } from './listener.ts';
import { createPool } from './pool.ts';
import { createReach, type Pools } from './reach.ts';
import type { Asking, Store, StoreOptions } from './store.ts';

const CONNECTIONS_MAX = 10;
const CONNECTIONS_MIN = 3;
const ANSWER_MS = 2_000;
const MANAGE_ANSWER_MS = 10_000;
const CONNECT_SECONDS = 2;
const PREPARE_MS = 60_000;
const PROBE_MS = 500;

/**
 * Makes a store over a PostgreSQL database, which need not be reachable yet: it is tried in the background from now on.
 *
 * errors: throws for a malformed URL.
 */
export function createStore(options: StoreOptions): Store {
  const address = readDatabaseUrl(options.url);
  if (address === undefined) throw new Error('the database URL is no postgresql:// URL');
  const { answerMs = ANSWER_MS, manageAnswerMs = MANAGE_ANSWER_MS, probeMs = PROBE_MS, prepare, onState } = options;
  const connectionsMax = Math.max(CONNECTIONS_MIN, options.connectionsMax ?? address.poolMax ?? CONNECTIONS_MAX);
  const manageMax = Math.max(1, Math.floor(connectionsMax / 4));
  const connectMs = options.connectMs ?? (address.connectTimeoutSeconds ?? CONNECT_SECONDS) * 1000;
  const listener = createListener(address, connectMs);
  const reach = createReach({
    open: () => ({
      calls: createPool(address, { connectionsMax: connectionsMax - manageMax - 1, connectMs, statementMs: answerMs }),
      manage: createPool(address, { connectionsMax: manageMax, connectMs, statementMs: manageAnswerMs }),
    }),
    answerMs: Math.max(answerMs, connectMs),
    prepareMs: PREPARE_MS,
    probeMs,
    prepare,
    onState: (state, why) => {
      if (state === 'ready') listener.start();
      if (state === 'down') listener.stop();
      onState?.(state, why);
    },
  });
  const through = (which: keyof Pools, limitMs: number): Asking['run'] => {
    return async (query) => {
      if (reach.state() !== 'ready') return { ok: false, error: { kind: 'down', message: 'the database is not reached' } };
      const pools = reach.pools();
      const answer = await ask(pools[which], limitMs, query);
      if (answer.ok) reach.noteSuccess();
      // A slow query of somebody's does not mean that the database is ill.
      else if (which === 'calls' || answer.error.kind === 'down') reach.noteFailure(answer.error, pools);
      return answer;
    };
  };
  const manage = toAsking(through('manage', manageAnswerMs));
  return {
    ...toAsking(through('calls', answerMs)),
    manage,
    state: reach.state,
    listen: listener.listen,
    notify: async (channel, payload) => {
      const told = await manage.run((database) => database.execute(sql`select pg_notify(${channel}, ${payload})`));
      return told.ok ? { ok: true, value: undefined } : told;
    },
    ready: reach.ready,
    close: async () => {
      listener.stop();
      await reach.close();
    },
  };
}

function toAsking(run: Asking['run']): Asking {
  return { run, transact: (work) => run((database) => database.transaction(work)) };
}
