import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { NodeListener } from '@stagegate/gateway-engine/ports';
import type { ServeOptions } from './serve/options.ts';
import { createLasting, wire, type Wired, type WireParts } from './wire.ts';

/** A proxy whose configuration can be replaced while it serves. */
export interface Live {
  readonly listener: NodeListener;
  /** Serves new calls. */
  readonly current: () => Wired;
  /** New calls get the new configuration; running ones keep theirs. Nothing is replaced when the new one cannot be wired. */
  readonly replace: (config: LoadedConfig) => void;
  /** From now on the health routes say that no more calls should be sent here. */
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

/** Wires a configuration, and each later one over the same connections. */
export function createLive(
  config: LoadedConfig,
  options: Pick<ServeOptions, 'shell' | 'stage' | 'data'>,
  parts: Omit<WireParts, 'lasting'>,
): Live {
  const lasting = createLasting(parts);
  let current = wire(config, options, { ...parts, lasting });
  return {
    listener: (incoming, outgoing) => current.listener(incoming, outgoing),
    current: () => current,
    replace: (next) => {
      const wired = wire(next, options, { ...parts, lasting });
      const old = current;
      current = wired;
      void old.close();
    },
    drain: () => lasting.admission.leave(),
    close: async () => {
      await current.close();
      await lasting.close();
    },
  };
}
