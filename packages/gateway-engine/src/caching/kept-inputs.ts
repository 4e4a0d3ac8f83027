import type { CallParts, JsonValue } from '@stagegate/core-transforms';
import type { KeptAnswer } from '../ports/index.ts';
import { readKeptVector, splitEmbeddings, toKeptVector } from './kept-vector.ts';
import type { CacheUse } from './use-of-cache.ts';

/** What is kept of a call's inputs. */
export interface KeptInputs {
  readonly inputs: readonly JsonValue[];
  /** One for each input, as what follows. */
  readonly uses: readonly CacheUse[];
  /** Whole answers to each input alone; undefined where there is none. */
  readonly found: readonly (string | undefined)[];
  /** The inputs that have to be asked for. */
  readonly missing: readonly JsonValue[];
}

/**
 * Reads what a cache has for each input of a call.
 *
 * in: what was found under the key of each, in their order; the model that an answer shows, undefined: the one that was kept.
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

/** Whether some was found, and some was not. */
export function isPartlyKept({ inputs, missing }: KeptInputs): boolean {
  return missing.length > 0 && missing.length < inputs.length;
}

/**
 * What was kept and what was given for the rest, as one answer in the order of the inputs.
 *
 * in:  the answer to the inputs that were missing; undefined: none was.
 * out: the given answer as it is where nothing was kept; undefined where it has not one embedding for each input that was missing.
 */
export function joinKept({ inputs, found, missing }: KeptInputs, given: string | undefined, parts: CallParts): string | undefined {
  if (missing.length === inputs.length) return given;
  const fresh = given === undefined ? [].values() : splitEmbeddings(given, missing.length)?.values();
  if (fresh === undefined) return undefined;
  return parts.join(found.map((answer) => answer ?? fresh.next().value ?? '')).body;
}

/** What a cache is to keep: of each input that was missing its own answer; nothing of an answer that has not one for each. */
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
