import type { CallParts, ClientCall } from '@stagegate/core-transforms';
import { readKeptInputs, toCacheCall, toKeep, usesOfInputs, type KeptInputs } from '../../caching/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** Looks for every input of a call; undefined where the call has nothing to do with the cache, or only all inputs together have an answer. */
export async function findKeptInputs(
  { cache, config, clock }: EngineParts,
  { caller }: OpenCall,
  client: ClientCall,
  { plan }: PlannedCall,
  modelGroup: string,
  parts: CallParts,
): Promise<KeptInputs | undefined> {
  if (cache === undefined || config.caching === undefined) return undefined;
  const inputs = parts.inputs(client, plan);
  if (inputs === undefined) return undefined;
  const uses = usesOfInputs(config.caching, toCacheCall(config.caching, client, plan, modelGroup, caller), inputs);
  if (uses === undefined) return undefined;
  const kept = await Promise.all(uses.map(({ key, reads }) => (reads ? cache.read(key) : undefined)));
  return readKeptInputs(inputs, uses, kept, plan.answerModel, clock.nowMs());
}

/** Keeps what was given for the inputs that were missing, each embedding by itself. */
export function keepInputs({ cache, clock }: EngineParts, kept: KeptInputs, given: string): void {
  const storedMs = clock.nowMs();
  for (const { key, text, ttlSeconds } of toKeep(kept, given)) cache?.write(key, { text, storedMs }, ttlSeconds);
}
