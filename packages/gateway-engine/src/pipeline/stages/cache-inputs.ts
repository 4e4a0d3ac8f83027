import type { CallParts, ClientCall } from '@stagegate/core-transforms';
import { readKeptInputs, toKeep, usesOfInputs, type KeptInputs } from '../../caching/index.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** Looks for every input of a call; undefined where the call has nothing to do with the cache, or only all inputs together have an answer. */
export async function findKeptInputs(
  { cache, config, clock }: EngineParts,
  client: ClientCall,
  { plan, deployment }: PlannedCall,
  modelGroup: string,
  parts: CallParts,
): Promise<KeptInputs | undefined> {
  if (cache === undefined || config.caching === undefined) return undefined;
  const inputs = parts.inputs(client, plan);
  if (inputs === undefined) return undefined;
  const { dialect, stream, answerModel } = plan;
  const call = { dialect, body: client.body, stream, modelGroup, answerModel, defaults: deployment.settings.defaults };
  const uses = usesOfInputs(config.caching, call, inputs);
  if (uses === undefined) return undefined;
  const kept = await Promise.all(uses.map(({ key, reads }) => (reads ? cache.read(key) : undefined)));
  return readKeptInputs(inputs, uses, kept, answerModel, clock.nowMs());
}

/** Keeps what was given for the inputs that were missing, each embedding by itself. */
export function keepInputs({ cache, clock }: EngineParts, kept: KeptInputs, given: string): void {
  const storedMs = clock.nowMs();
  for (const { key, text, ttlSeconds } of toKeep(kept, given)) cache?.write(key, { text, storedMs }, ttlSeconds);
}
