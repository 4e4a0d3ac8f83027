import type { RunningGateway } from '../gateways/start-gateway.ts';
import { KEY_AUTHORIZATION, startKeyDatabase } from './key-database.ts';
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

/** Measures what a virtual key costs, and what many of them cost: the hono shell, each with an embedded PostgreSQL behind it. */
export async function measureKeys(
  options: KeysOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: KeysFigures; readonly flags: readonly string[] }> {
  return onStand(async (stand) => {
    const start = async (name: string, count: number): Promise<RunningGateway> => {
      const databaseUrl = await startKeyDatabase(stand, name, count);
      say(`${name}: ${count} keys`);
      return stand.start('hono', { databaseUrl });
    };
    const few = await start('few', FEW);
    const many = await start('many', options.keys);
    const relay = await stand.start('relay');
    // The memory is that of the gateway that answers as many calls as the yardstick, all of them with a key.
    const sides = {
      relay: { gateway: relay },
      master: { gateway: few },
      key: { gateway: few, authorization: KEY_AUTHORIZATION },
      keyOfMany: { gateway: many, authorization: KEY_AUTHORIZATION },
    };
    const measured = await measureSides(stand, sides, options);
    return { ...measured, peakMegabytes: { relay: residentMegabytes(relay.pid).peak, gateway: residentMegabytes(many.pid).peak } };
  });
}
