import { statSync } from 'node:fs';
import type { Environment, ExtraRow, LoadedConfig } from '@stagegate/gateway-engine/config';
import { createLog, createTerminalLog } from '@stagegate/gateway-engine/observe';
import { DEMO_VARIABLE, startDemoUpstream } from '../demo/demo-upstream.ts';
import { createLive, type Live } from '../live.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { renderBanner } from './banner.ts';
import { findIdleRules } from './idle-rules.ts';
import { listen, type Listening } from './listen.ts';
import { findMasterKey } from './master-key.ts';
import { openDatabase } from './open-database.ts';
import { openCache } from './open-cache.ts';
import { openRedis } from './open-redis.ts';
import { openTenants } from './open-tenants.ts';
import type { ServeOptions } from './options.ts';
import { type ReadConfig, readConfig } from './read-config.ts';
import { createReloader, type ToldState } from './reload-config.ts';
import { startRecorder } from './start-recorder.ts';
import { watchFiles } from './watch-files.ts';

/** A configuration up to this size may always be reloaded while calls run. */
const RELOAD_BYTES_MIN = 2_000_000;

/** Serves until a signal stops it. Throws Exit for everything that the user can correct. */
export async function serve(options: ServeOptions, env: Environment): Promise<void> {
  const demo = await startDemoUpstream();
  const ends: (() => Promise<void> | void)[] = [demo.close];
  try {
    const ownEnv = { ...env, [DEMO_VARIABLE]: demo.baseUrl };
    const fromFile = readConfig(options, ownEnv);
    const masterKey = findMasterKey(fromFile.config.masterKey, options.host, options.data);
    const { level, isJson } = fromFile.config.log;
    const log = process.stdout.isTTY && !isJson ? createTerminalLog(level) : createLog(level);
    const recorder = await startRecorder(fromFile.config, log);
    if (recorder !== undefined) ends.push(() => recorder.close());
    const database = await openDatabase(fromFile.config, options, masterKey.key, log);
    if (database !== undefined) ends.push(database.close);
    const redis = await openRedis(fromFile.config, log);
    if (redis !== undefined) ends.push(redis.close);
    const cache = await openCache(fromFile.config, redis);
    const storedRows = (): readonly ExtraRow[] => database?.stored?.rows() ?? [];
    const readAll = (bytesMax: number): ReadConfig =>
      readConfig({ ...options, config: fromFile.file }, ownEnv, { rows: storedRows(), bytesMax });
    const read = storedRows().length === 0 ? fromFile : readAll(Infinity);
    const config = { ...read.config, masterKey: masterKey.key };
    let served = (): LoadedConfig => config;
    const tenants = database === undefined ? undefined : await openTenants(database, options, log, () => served(), redis);
    if (tenants !== undefined) ends.push(tenants.close);
    const told: ToldState = { current: { generation: 1, keptBecause: undefined } };
    const live = createLive(config, options, { log, recorder, redis, cache, configState: () => told.current, ...tenants?.parts });
    ends.push(live.close);
    const listening = await listen(live.listener, options.host, options.port);
    const bytesMax = reloadBytesMax(config.files);
    const reloader = createReloader(config, { live, log, told, read: () => keepKey(readAll(bytesMax), options) });
    served = reloader.current;
    ends.push(watchFiles(() => reloader.current().files, reloader.reload));
    database?.stored?.follow(reloader.reload);
    const proxy = live.current();
    for (const warning of [...read.warnings, ...findIdleRules(read.config.migration, proxy)]) process.stderr.write(`warning: ${warning}\n`);
    const started = { ...read, host: options.host, port: listening.port, masterKey, wired: proxy, database: database?.shown };
    process.stdout.write(`${renderBanner(started)}\n`);
    await untilStopped(listening, live, options.drainSeconds);
  } finally {
    // The last first: what serves ends before what it stands on.
    for (const end of ends.toReversed()) await end();
  }
}

/**
 * How much of a configuration is read while calls wait: in the order of a second for each megabyte. Who starts with more has it read
 * again, as long as it does not double.
 */
function reloadBytesMax(files: readonly string[]): number {
  const atStart = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  return Math.max(RELOAD_BYTES_MIN, 2 * atStart);
}

/** With the key that was found at the start where the file has none. */
function keepKey({ config }: ReadConfig, { host, data }: ServeOptions): LoadedConfig {
  return { ...config, masterKey: findMasterKey(config.masterKey, host, data).key };
}

/**
 * The first interrupt, or the end of the parent process, starts draining; the second one cuts running calls, and so does the end of the
 * time for draining.
 */
function untilStopped(listening: Listening, proxy: Pick<Live, 'drain'>, drainSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => {
      listening.cut();
      resolve();
    };
    const drain = (): void => {
      process.stderr.write(`draining: no new calls, running ones have ${drainSeconds} s to end (again to cut them)\n`);
      proxy.drain();
      const timer = setTimeout(() => {
        process.stderr.write(`calls still ran after ${drainSeconds} s: cut\n`);
        cut();
      }, drainSeconds * 1000);
      void listening.drain().then(() => {
        clearTimeout(timer);
        resolve();
      });
    };
    const stop = onInterrupt(drain, cut);
    // Started by scripts/bootstrap.mjs: without that parent nothing could stop this process from the terminal.
    process.once('disconnect', stop);
    process.channel?.unref();
  });
}
