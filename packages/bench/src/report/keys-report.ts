import type { KeysFigures } from '../measure/keys.ts';
import { compareSides } from './compare-sides.ts';
import { median } from './median.ts';

/** A virtual key's CPU time, of the master key's; and with many keys in the database, of the same with ten. */
const KEY_RATIO_MAX = 1.15;
const MANY_RATIO_MAX = 1.05;
/** The gateway's memory with a key and a database, of the yardstick's. */
const MEMORY_RATIO_MAX = 1.5;

/** One table, and the memory. */
export function reportKeys({ cpu, errors, peakMegabytes }: Omit<KeysFigures, 'p99'>): { readonly text: string; readonly reached: boolean } {
  const { master, key, keyOfMany } = cpu;
  const compared = compareSides(
    [
      { title: 'virtual key / master key', ours: key, base: master, ratioMax: KEY_RATIO_MAX },
      { title: 'many keys / ten keys', ours: keyOfMany, base: key, ratioMax: MANY_RATIO_MAX },
    ],
    errors,
  );
  const base = `Master key ${median(master).toFixed(1)} µs, virtual key ${median(key).toFixed(1)} µs; ${master.length} pairs, ${errors} errors.`;
  const ratio = peakMegabytes.gateway / peakMegabytes.relay;
  const isSmall = ratio <= MEMORY_RATIO_MAX;
  const memory =
    `Peak memory of the gateway with the many keys' database ${peakMegabytes.gateway.toFixed(0)} MB, of the bare relay ` +
    `${peakMegabytes.relay.toFixed(0)} MB: ${ratio.toFixed(2)} ×, goal ≤ ${MEMORY_RATIO_MAX} ×: ${isSmall ? 'reached' : '**missed**'}.`;
  return { text: `${compared.text}\n\n${base}\n\n${memory}`, reached: compared.reached && isSmall };
}
