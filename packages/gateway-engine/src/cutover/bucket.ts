import { findKey, hashKey, type HeaderReader } from '../auth/index.ts';
import type { Sticky } from '../ports/index.ts';

/** Headers that name a conversation, the first one that is there: LiteLLM's own, then those of common clients. */
const SESSION_HEADERS = ['x-litellm-session-id', 'x-litellm-trace-id', 'x-session-id', 'x-claude-code-session-id', 'session-id'];

/** Who calls, as far as a canary asks: texts that stay the same from call to call. */
export interface Caller {
  /** Undefined for a call without one, and where its hash is all that is known. */
  readonly key: () => string | undefined;
  /** Hash of the key: LiteLLM's own, sha-256 as hex. Undefined for a call without one. */
  readonly keyHash: () => string | undefined;
  /** Undefined for a key of no team. */
  readonly team: () => string | undefined;
  /** Undefined for a call that names none. */
  readonly session: () => string | undefined;
}

/** The caller of a call, read from its headers when a canary asks. A class, not closures: one is made per call. */
export class HeaderCaller implements Caller {
  readonly header: HeaderReader;
  readonly #keyHeaderName: string | undefined;
  #team: string | undefined;

  /** `keyHeaderName` is the only header a key is read from, when there is one. */
  constructor(header: HeaderReader, keyHeaderName: string | undefined) {
    this.header = header;
    this.#keyHeaderName = keyHeaderName;
  }

  key(): string | undefined {
    const own = this.#keyHeaderName;
    const key = findKey(own === undefined ? this.header : (name) => (name === 'authorization' ? this.header(own) : undefined));
    return key === '' ? undefined : key;
  }

  keyHash(): string | undefined {
    const key = this.key();
    return key === undefined ? undefined : hashKey(key);
  }

  team(): string | undefined {
    return this.#team;
  }

  /** What a look-up of the key has told; headers alone do not. */
  learnTeam(id: string | undefined): void {
    this.#team = id;
  }

  session(): string | undefined {
    for (const name of SESSION_HEADERS) {
      const value = this.header(name);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  }
}

/**
 * Where a caller stands in a rule's canary: below its percent is inside.
 *
 * in:  the rule's name, so that no caller is the first of every rule; what the canary keeps together. A call without a session, or of
 *      no team, counts by its key; without a key it is one caller with all the others.
 * out: 0 ≤ bucket < 100, evenly spread, the same on every instance and for good: a higher percent only adds callers.
 */
export function bucketOf(ruleName: string, sticky: Sticky, caller: Caller): number {
  const together = sticky === 'key' ? undefined : caller[sticky]();
  if (together !== undefined) return findBucket(ruleName, sticky, together);
  const key = caller.key();
  return key === undefined ? findBucket(ruleName, 'key', caller.keyHash() ?? '') : bucketLately(ruleName, key);
}

function findBucket(ruleName: string, kind: Sticky, together: string): number {
  // Piece by piece: to put them together first costs as much again.
  const began = fold(fold(fold(fold(FNV_OFFSET, ruleName), '\n'), kind), '\n');
  return (spread(fold(began, together)) / 2 ** 32) * 100;
}

const BUCKETS_MAX = 10_000;

/**
 * Buckets of keys seen lately, by a print of rule and key: sha-256 costs as much as all else that chooses a lane, and a key does not lie
 * about in memory for it. Should two ever share a print (one pair in 2^53), they share a bucket; who may call is not asked here.
 */
const buckets = new Map<number, number>();

function bucketLately(ruleName: string, key: string): number {
  const print = printOf(ruleName, key);
  const known = buckets.get(print);
  if (known !== undefined) return known;
  if (buckets.size >= BUCKETS_MAX) buckets.clear();
  const bucket = findBucket(ruleName, 'key', hashKey(key));
  buckets.set(print, bucket);
  return bucket;
}

/** 53 bits: FNV-1a from two beginnings, both in one pass over the key, which is what it costs. */
function printOf(ruleName: string, key: string): number {
  let high = fold(fold(FNV_OFFSET, ruleName), '\n');
  let low = fold(fold(FNV_PRIME, ruleName), '\n');
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    high = Math.imul(high ^ unit, FNV_PRIME);
    low = Math.imul(low ^ unit, FNV_PRIME);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of one more text. */
function fold(sum: number, text: string): number {
  let folded = sum;
  for (let at = 0; at < text.length; at += 1) folded = Math.imul(folded ^ text.charCodeAt(at), FNV_PRIME);
  return folded;
}

/** Its bits, spread as MurmurHash3 does: 0 to 2^32 - 1. */
function spread(sum: number): number {
  let bits = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
