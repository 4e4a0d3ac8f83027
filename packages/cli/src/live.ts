import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { NodeListener } from '@stagegate/gateway-engine/ports';
import type { ServeOptions } from './serve/options.ts';
import { createLasting, wire, type Wired, type WireParts } from './wire.ts';

/** A proxy whose configuration can be replaced while it serves. */
export interface Live {
  readonly listener: NodeListener;
  /** Serves new calls. */
  readonly current: () => Wired;
  /** New calls get the new configuration; running ones keep theirs. Throws when it cannot be wired, and then replaces nothing. */
  readonly replace: (config: LoadedConfig) => void;
  /** Makes the health routes say from now on that no more calls should be sent here. */
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

/** Wires a configuration; later ones reuse its connections. */
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
