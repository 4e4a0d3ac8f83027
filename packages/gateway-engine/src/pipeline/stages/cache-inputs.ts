import type { CallParts, ClientCall } from '@stagegate/core-transforms';
import { readKeptInputs, toCacheCall, toKeep, usesOfInputs, type KeptInputs } from '../../caching/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** A call of several inputs, planned for a deployment of a group. */
export interface CallOfInputs {
  readonly client: ClientCall;
  readonly planned: PlannedCall;
  readonly modelGroup: string;
  readonly parts: CallParts;
}

/** Looks every input of a call up in the cache; undefined if the call does not use it, or if its inputs have one answer together. */
export async function findKeptInputs(
  { cache, config, clock }: EngineParts,
  { caller }: OpenCall,
  { client, planned: { plan }, modelGroup, parts }: CallOfInputs,
): Promise<KeptInputs | undefined> {
  if (cache === undefined || config.caching === undefined) return undefined;
  const inputs = parts.inputs(client, plan);
  if (inputs === undefined) return undefined;
  const uses = usesOfInputs(config.caching, toCacheCall(config.caching, client, plan, modelGroup, caller), inputs);
  if (uses === undefined) return undefined;
  const kept = await Promise.all(uses.map(({ key, reads }) => (reads ? cache.read(key) : undefined)));
  return readKeptInputs(inputs, uses, kept, plan.answerModel, clock.nowMs());
}

/** Caches the answers to the inputs that were missing, each embedding under a key of its own. */
export function keepInputs({ cache, clock }: EngineParts, kept: KeptInputs, given: string): void {
  const storedMs = clock.nowMs();
  for (const { key, text, ttlSeconds } of toKeep(kept, given)) cache?.write(key, { text, storedMs }, ttlSeconds);
}
