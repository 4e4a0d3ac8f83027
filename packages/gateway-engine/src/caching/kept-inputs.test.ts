import { chooseTransform, findProvider, NO_SETTINGS, type CallParts, type JsonObject } from '@stagegate/core-transforms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeptAnswer } from '../ports/index.ts';
import { isPartlyKept, joinKept, readKeptInputs, toKeep } from './kept-inputs.ts';
import type { CacheUse } from './use-of-cache.ts';

const parts = partsOf();

function partsOf(): CallParts {
  const provider = findProvider('openai');
  if (provider === undefined) throw new Error('no row');
  const model = { model: 'm', modelGroup: 'g', answerModel: 'g', apiBase: undefined, facts: undefined };
  const chosen = chooseTransform({ dialect: 'openai-embeddings', provider, stream: false, settings: NO_SETTINGS, ...model });
  if (!chosen.ok || chosen.value.parts === undefined) throw new Error('no parts');
  return chosen.value.parts;
}

function useOf(input: string, more: Partial<CacheUse> = {}): CacheUse {
  return { key: `key of ${input}`, reads: true, stores: true, ageSecondsMax: undefined, ttlSeconds: 9, ...more };
}

/** A provider of one's own: other inputs have other numbers, and each word is a token. */
function answerTo(inputs: readonly string[], model = 'g'): string {
  const data = inputs.map((input, index) => ({ object: 'embedding', index, embedding: [...input].map((letter) => letter.codePointAt(0)) }));
  const tokens = inputs.reduce((sum, input) => sum + input.length, 0);
  const usage = { completion_tokens: 0, prompt_tokens: tokens, total_tokens: tokens, prompt_tokens_details: { text_tokens: tokens } };
  return JSON.stringify({ model, data, object: 'list', usage });
}

/** What a cache has after each of these inputs was asked for by itself. */
function cacheAfter(asked: readonly string[]): ReadonlyMap<string, KeptAnswer> {
  const cache = new Map<string, KeptAnswer>();
  for (const input of asked) {
    const nothing = readKeptInputs([input], [useOf(input)], [undefined], 'g', 0);
    for (const { key, text } of toKeep(nothing, answerTo([input]))) cache.set(key, { text, storedMs: 0 });
  }
  return cache;
}

test('whatever was kept, the joined answer is the whole one, and what is missing is asked for once', () => {
  const inputs = fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(inputs, fc.func(fc.boolean()), (all, wasAsked) => {
      const cache = cacheAfter(all.filter(wasAsked));
      const uses = all.map((input) => useOf(input));
      const kept = readKeptInputs(
        all,
        uses,
        uses.map(({ key }) => cache.get(key)),
        'g',
        1,
      );
      expect(kept.missing).toStrictEqual(all.filter((input) => !cache.has(`key of ${input}`)));
      expect(isPartlyKept(kept)).toBe(kept.missing.length > 0 && kept.missing.length < all.length);
      const given = kept.missing.length === 0 ? undefined : answerTo(kept.missing as readonly string[]);
      const joined: unknown = JSON.parse(joinKept(kept, given, parts) ?? 'null');
      expect(joined).toEqual(JSON.parse(answerTo(all)));
      const added = given === undefined ? [] : toKeep(kept, given).map(({ key }) => key);
      expect(added).toStrictEqual(kept.missing.map((input) => `key of ${String(input)}`));
    }),
  );
});

test('of any answer, what is kept of its parts adds up to what was counted', () => {
  const counts = fc.record({
    prompt_tokens: fc.nat(9_999),
    total_tokens: fc.nat(9_999),
    prompt_tokens_details: fc.record({ image_count: fc.nat(99) }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), counts, (count, usage) => {
      const inputs = Array.from({ length: count }, (_, index) => String(index));
      const whole = { ...(JSON.parse(answerTo(inputs)) as JsonObject), usage };
      const kept = readKeptInputs(
        inputs,
        inputs.map((input) => useOf(input)),
        [],
        'g',
        0,
      );
      const entries = toKeep(kept, JSON.stringify(whole)).map(({ text }) => JSON.parse(text) as JsonObject);
      const sum = (of: (entry: JsonObject) => unknown): number => entries.reduce((total, entry) => total + Number(of(entry)), 0);
      expect(sum(({ prompt_tokens: tokens }) => tokens)).toBe(usage.prompt_tokens);
      expect(sum(({ prompt_tokens_details: details }) => (details as JsonObject)['image_count'])).toBe(
        usage.prompt_tokens_details.image_count,
      );
    }),
  );
});

describe('one that was kept', () => {
  const entry = {
    embedding: [1],
    index: 3,
    object: 'embedding',
    model: 'other',
    prompt_tokens: 2,
    prompt_tokens_details: null,
    format_version: 2,
  };
  const read = (kept: JsonObject | string, use: Partial<CacheUse> = {}, answerModel: string | undefined = 'g', nowMs = 0): unknown => {
    const text = typeof kept === 'string' ? kept : JSON.stringify(kept);
    const [found] = readKeptInputs(['four words of text'], [useOf('x', use)], [{ text, storedMs: 0 }], answerModel, nowMs).found;
    return found === undefined ? undefined : JSON.parse(found);
  };

  test('is an answer under the name that is asked for', () => {
    const usage = { completion_tokens: 0, prompt_tokens: 2, total_tokens: 2 };
    const answer = { model: 'g', data: [{ object: 'embedding', index: 0, embedding: [1] }], object: 'list', usage };
    expect(read(entry)).toStrictEqual(answer);
    expect(read({ ...entry, embedding: 'AAAA' })).toMatchObject({ data: [{ embedding: 'AAAA' }] });
    expect(read({ ...entry, prompt_tokens: null })).toMatchObject({ usage: { prompt_tokens: 4, total_tokens: 4 } });
    const kept = readKeptInputs(['a'], [useOf('a')], [{ text: JSON.stringify(entry), storedMs: 0 }], undefined, 0);
    expect(kept.found[0]).toContain('"model":"other"');
  });

  test.each<[string, JsonObject | string, Partial<CacheUse>, number]>([
    ['too old', entry, { ageSecondsMax: 1 }, 1_001],
    ['of another version', { ...entry, format_version: 1 }, {}, 0],
    ['without a vector', { ...entry, embedding: null }, {}, 0],
    ['no JSON', 'x', {}, 0],
    ['another kind of answer', { object: 'chat.completion' }, {}, 0],
  ])('is none when it is %s', (_name, kept, use, nowMs) => {
    expect(read(kept, use, 'g', nowMs)).toBeUndefined();
  });

  test('an answer that has not one for each input is neither kept nor joined', () => {
    const two = readKeptInputs(['a', 'b'], [useOf('a'), useOf('b')], [undefined, undefined], 'g', 0);
    expect(toKeep(two, answerTo(['a']))).toStrictEqual([]);
    expect(joinKept(two, answerTo(['a']), parts)).toBe(answerTo(['a']));
    const half = readKeptInputs(['a', 'b'], [useOf('a'), useOf('b')], [undefined, { text: JSON.stringify(entry), storedMs: 0 }], 'g', 0);
    expect(joinKept(half, answerTo([]), parts)).toBeUndefined();
    expect(joinKept(half, answerTo(['a', 'c']), parts)).toBeUndefined();
  });

  test('one that is too long, or that its call does not want kept, is not', () => {
    const nothing = (use: CacheUse): ReturnType<typeof readKeptInputs> => readKeptInputs(['a'], [use], [undefined], 'g', 0);
    expect(toKeep(nothing(useOf('a', { stores: false })), answerTo(['a']))).toStrictEqual([]);
    expect(toKeep(nothing(useOf('a')), answerTo(['x'.repeat(400_000)]))).toStrictEqual([]);
  });
});
