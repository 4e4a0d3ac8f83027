import type { CallParts, JsonValue } from '@stagegate/core-transforms';
import type { KeptAnswer } from '../ports/index.ts';
import { readKeptVector, splitEmbeddings, toKeptVector } from './kept-vector.ts';
import type { CacheUse } from './use-of-cache.ts';

/** What the cache has for the inputs of a call. */
export interface KeptInputs {
  readonly inputs: readonly JsonValue[];
  /** One per input, like the members below. */
  readonly uses: readonly CacheUse[];
  /** A whole answer to that input alone; undefined where there is none. */
  readonly found: readonly (string | undefined)[];
  /** The inputs that have to be sent. */
  readonly missing: readonly JsonValue[];
}

/**
 * Reads what a cache has for each input of a call.
 *
 * in: what was found under the key of each, in their order; the model that answers show, undefined: the stored one.
 */
export function readKeptInputs(
  inputs: readonly JsonValue[],
  uses: readonly CacheUse[],
  kept: readonly (KeptAnswer | undefined)[],
  answerModel: string | undefined,
  nowMs: number,
): KeptInputs {
  const found = uses.map((use, index) => {
    const answer = kept[index];
    return answer === undefined ? undefined : readKeptVector(answer, use, inputs[index] ?? null, answerModel, nowMs);
  });
  return { inputs, uses, found, missing: inputs.filter((_input, index) => found[index] === undefined) };
}

/** Whether some inputs were found and some were not. */
export function isPartlyKept({ inputs, missing }: KeptInputs): boolean {
  return missing.length > 0 && missing.length < inputs.length;
}

/**
 * Joins stored answers and the new one, in the order of the inputs.
 *
 * in:  the answer to the missing inputs; undefined: none was missing.
 * out: the new answer itself where nothing was stored; undefined where it does not have one embedding for each missing input.
 */
export function joinKept({ inputs, found, missing }: KeptInputs, given: string | undefined, parts: CallParts): string | undefined {
  if (missing.length === inputs.length) return given;
  const fresh = given === undefined ? [].values() : splitEmbeddings(given, missing.length)?.values();
  if (fresh === undefined) return undefined;
  return parts.join(found.map((answer) => answer ?? fresh.next().value ?? '')).body;
}

/** What to store: for each missing input its own answer. Nothing of an answer that does not have one for each. */
export function toKeep(
  { uses, found, missing }: KeptInputs,
  given: string,
): readonly { readonly key: string; readonly text: string; readonly ttlSeconds: number }[] {
  const fresh = splitEmbeddings(given, missing.length)?.values();
  if (fresh === undefined) return [];
  return uses
    .filter((_use, index) => found[index] === undefined)
    .flatMap(({ key, stores, ttlSeconds }) => {
      const text = toKeptVector(fresh.next().value ?? '');
      return stores && text !== undefined ? [{ key, text, ttlSeconds }] : [];
    });
}
