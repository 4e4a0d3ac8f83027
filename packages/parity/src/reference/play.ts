import { startFakeUpstream } from '@stagegate/testbed';
import { HTTP_LANES } from '../lanes/index.ts';
import { ACCEPTED_DIFFERENCES } from '../compare/accepted-differences.ts';
import type { Comparison } from '../verdict/comparison.ts';
import { ACCEPTED_OF_MIXED_TRAFFIC } from './accepted.ts';
import { compareSides } from './compare-sides.ts';
import { laneSide, remoteSide } from './sides.ts';
import { startLitellm } from './start-litellm.ts';
import { configFor, mixedTraffic } from './traffic.ts';

/** The result of a play. */
export interface ReferencePlay {
  readonly comparisons: readonly Comparison[];
  /** Accepted differences of this traffic alone that no call needed, or that have expired. */
  readonly stale: readonly string[];
}

/**
 * Plays the mixed traffic through LiteLLM itself and through every lane of ours, call by call, in front of one fake provider.
 *
 * in:     the Python of a virtual environment with LiteLLM; the environment; `short`: one call of each kind.
 * errors: rejects when LiteLLM does not start.
 */
export async function playReference(
  python: string,
  env: Readonly<Record<string, string | undefined>>,
  short: boolean,
): Promise<ReferencePlay> {
  const open: { readonly close: () => Promise<void> }[] = [];
  const opened = <T extends { readonly close: () => Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };
  const used = new Set<string>();
  const comparisons: Comparison[] = [];
  try {
    const upstream = opened(await startFakeUpstream());
    const config = configFor(upstream.url);
    const litellm = opened(await startLitellm(python, config, env));
    const sides = [remoteSide('reference', litellm.url, upstream)];
    for (const lane of HTTP_LANES) sides.push(opened(await laneSide(lane, config, upstream)));
    for (const call of mixedTraffic(short)) {
      const played = [];
      // One after the other, so that requests at the provider can be attributed to a side.
      for (const { name, play } of sides) played.push({ name, facts: await play(call) });
      const compared = compareSides(call, played, [...ACCEPTED_DIFFERENCES, ...ACCEPTED_OF_MIXED_TRAFFIC]);
      comparisons.push(compared.comparison);
      for (const id of compared.used) used.add(id);
    }
  } finally {
    await Promise.all(open.toReversed().map(({ close }) => close()));
  }
  const today = new Date().toISOString().slice(0, 10);
  const stale = ACCEPTED_OF_MIXED_TRAFFIC.flatMap(({ id, expires }) =>
    expires < today ? [`${id}: expired on ${expires}`] : short || used.has(id) ? [] : [`${id}: no call needs it`],
  );
  return { comparisons, stale };
}
