import type { Environment } from '@stagegate/gateway-engine/config';
import { createLog } from '@stagegate/gateway-engine/observe';
import type { FileRecorder } from '@stagegate/gateway-engine/record';
import { startDemoUpstream } from '../demo/demo-upstream.ts';
import { wire, type Wired } from '../wire.ts';
import { renderBanner } from './banner.ts';
import { findIdleRules } from './idle-rules.ts';
import { listen, type Listening } from './listen.ts';
import { findMasterKey } from './master-key.ts';
import type { ServeOptions } from './options.ts';
import { readConfig } from './read-config.ts';
import { startRecorder } from './start-recorder.ts';

/** The variable by which a config names the built-in demo provider: `api_base: os.environ/STAGEGATE_DEMO_URL`. */
const DEMO_VARIABLE = 'STAGEGATE_DEMO_URL';

/** Two interrupts within this time are one: a terminal and a parent process may both pass Ctrl-C on. */
const SAME_INTERRUPT_MS = 300;

/** Serves until it is told to stop. Throws Exit for everything the user can put right. */
export async function serve(options: ServeOptions, env: Environment): Promise<void> {
  const demo = await startDemoUpstream();
  const wired: Wired[] = [];
  let recorder: FileRecorder | undefined;
  try {
    const read = readConfig(options, { ...env, [DEMO_VARIABLE]: demo.baseUrl });
    if (!read.config.deployments.some(({ apiBase }) => apiBase === demo.baseUrl)) demo.close();
    const masterKey = findMasterKey(read.config.masterKey, options.host, options.data);
    const log = createLog('info');
    recorder = await startRecorder(read.config, log);
    const proxy = wire({ ...read.config, masterKey: masterKey.key }, options, { log, recorder });
    wired.push(proxy);
    const listening = await listen(proxy.listener, options.host, options.port);
    for (const warning of [...read.warnings, ...findIdleRules(read.config.migration, proxy)]) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(`${renderBanner(read, options, listening.port, masterKey, proxy)}\n`);
    await untilStopped(listening, proxy);
  } finally {
    demo.close();
    await Promise.all(wired.map((proxy) => proxy.close()));
    await recorder?.close();
  }
}

/** The first interrupt, or the end of whoever started this process, drains; the second one cuts. */
function untilStopped(listening: Listening, proxy: Wired): Promise<void> {
  return new Promise((resolve) => {
    let stoppedMs: number | undefined;
    const stop = (): void => {
      if (stoppedMs === undefined) {
        stoppedMs = performance.now();
        process.stderr.write('draining: no new calls, running ones may end (again to cut them)\n');
        proxy.drain();
        void listening.drain().then(resolve);
      } else if (performance.now() - stoppedMs > SAME_INTERRUPT_MS) {
        listening.cut();
        resolve();
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    // Started by scripts/bootstrap.mjs: without it nobody could stop this process from where it was started.
    process.once('disconnect', stop);
    process.channel?.unref();
  });
}
