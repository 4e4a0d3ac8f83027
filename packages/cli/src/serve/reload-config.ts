import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { ConfigState, Log } from '@stagegate/gateway-engine/ports';
import type { Live } from '../live.ts';
import { diffConfigs, isSame } from './config-diff.ts';
import { Exit } from './exit.ts';

/** The state of the configuration, as reported by the code that replaces it. */
export interface ToldState {
  current: ConfigState;
}

/** How a configuration is replaced. */
export interface ReloadParts {
  readonly live: Pick<Live, 'replace'>;
  readonly log: Log;
  readonly told: ToldState;
  /** Reads everything again. Throws Exit for what may not be served. */
  readonly read: () => LoadedConfig;
}

/** The served configuration, and the way to replace it. */
export interface Reloader {
  readonly current: () => LoadedConfig;
  /** Serves the configuration as it is now. On any error the old one goes on, and the log says why. out: whether anything changed. */
  readonly reload: () => boolean;
}

/** Begins with the configuration that is served. */
export function createReloader(first: LoadedConfig, { live, log, told, read }: ReloadParts): Reloader {
  let current = first;
  return {
    current: () => current,
    reload: () => {
      try {
        const next = read();
        if (next.deployments.length === 0 && current.deployments.length > 0) throw new Exit(2, 'it has no model left that can be served');
        const diff = diffConfigs(current, next);
        const { generation } = told.current;
        if (isSame(diff)) {
          told.current = { generation, keptBecause: undefined };
          return false;
        }
        live.replace(next);
        const before = current;
        current = next;
        told.current = { generation: generation + 1, keptBecause: undefined };
        log.info('config-loaded', { generation: generation + 1, ...toFields(diff) });
        // Its times and mode take effect at once; where it stores answers is chosen at the start.
        if (before.caching?.kind !== next.caching?.kind) log.warn('config-restart', { why: 'another cache is opened at the next start' });
        for (const name of ['database', 'redis', 'log']) {
          if (diff.settings.includes(name)) log.warn('config-restart', { why: `another ${name} is opened at the next start` });
        }
        return true;
      } catch (error) {
        const { generation } = told.current;
        const why = error instanceof Exit ? error.message : String(error);
        told.current = { generation, keptBecause: why };
        log.error('config-kept', { generation, why });
        return false;
      }
    },
  };
}

function toFields(diff: ReturnType<typeof diffConfigs>): Record<string, string> {
  return Object.fromEntries(Object.entries(diff).flatMap(([name, entries]) => (entries.length === 0 ? [] : [[name, entries.join(', ')]])));
}
