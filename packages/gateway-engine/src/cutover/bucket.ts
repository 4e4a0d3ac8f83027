import { findKey, hashKey, type HeaderReader } from '../auth/index.ts';
import type { Sticky } from '../ports/index.ts';

/** Headers that name a conversation; the first one present counts. LiteLLM's own come first, then those of common clients. */
const SESSION_HEADERS = ['x-litellm-session-id', 'x-litellm-trace-id', 'x-session-id', 'x-claude-code-session-id', 'session-id'];

/** The caller as a canary sees him: texts that are the same for all of his calls. */
export interface Caller {
  /** Undefined for a call without a key, and where only its hash is known. */
  readonly key: () => string | undefined;
  /** The key's hash as LiteLLM makes it: sha-256, hex. Undefined for a call without a key. */
  readonly keyHash: () => string | undefined;
  /** Undefined for a key without a team. */
  readonly team: () => string | undefined;
  /** Undefined for a call that names no session. */
  readonly session: () => string | undefined;
}

/** The caller, read from a call's headers once a canary asks. A class, not closures: one is made per call. */
export class HeaderCaller implements Caller {
  readonly header: HeaderReader;
  /** The address of the connection; undefined: not known. */
  readonly peer: string | undefined;
  readonly #keyHeaderName: string | undefined;
  #team: string | undefined;

  /** `keyHeaderName`: the only header that a key is read from, when set. */
  constructor(header: HeaderReader, keyHeaderName: string | undefined, peer?: string) {
    this.header = header;
    this.peer = peer;
    this.#keyHeaderName = keyHeaderName;
  }

  key(): string | undefined {
    const own = this.#keyHeaderName;
    const ownOnly = (name: string): string | undefined => (own !== undefined && name === 'authorization' ? this.header(own) : undefined);
    const key = findKey(own === undefined ? this.header : ownOnly);
    return key === '' ? undefined : key;
  }

  keyHash(): string | undefined {
    const key = this.key();
    return key === undefined ? undefined : hashKey(key);
  }

  team(): string | undefined {
    return this.#team;
  }

  /** Sets the team, which the look-up of the key has told: headers do not. */
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
 * A caller's bucket in a rule's canary; buckets below its percent are inside.
 *
 * in:  the rule's name, so that no caller is the first in every rule; what the canary keeps together. A call without a session, or without
 *      a team, counts by its key; all calls without a key are one caller.
 * out: 0 ≤ bucket < 100, evenly spread, the same on every instance and for good: a higher percent only adds callers.
 */
export function bucketOf(ruleName: string, sticky: Sticky, caller: Caller): number {
  const together = sticky === 'key' ? undefined : caller[sticky]();
  if (together !== undefined) return findBucket(ruleName, sticky, together);
  const key = caller.key();
  return key === undefined ? findBucket(ruleName, 'key', caller.keyHash() ?? '') : bucketLately(ruleName, key);
}

function findBucket(ruleName: string, kind: Sticky, together: string): number {
  // Text by text: joining them first would cost as much again.
  const began = fold(fold(fold(fold(FNV_OFFSET, ruleName), '\n'), kind), '\n');
  return (spread(fold(began, together)) / 2 ** 32) * 100;
}

const BUCKETS_MAX = 10_000;

/**
 * Buckets of recent keys, by a fingerprint of rule and key: a sha-256 costs as much as the rest of choosing a lane, and no key is kept in
 * memory for it. If two ever had the same fingerprint (one pair in 2^53) they would share a bucket; nothing about access depends on it.
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

/** 53 bits: two FNV-1a sums with different beginnings, in one pass over the key. */
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

/** Continues FNV-1a with one more text. */
function fold(sum: number, text: string): number {
  let folded = sum;
  for (let at = 0; at < text.length; at += 1) folded = Math.imul(folded ^ text.charCodeAt(at), FNV_PRIME);
  return folded;
}

/** MurmurHash3's finalizer: spreads the bits over 0 to 2^32 - 1. */
function spread(sum: number): number {
  let bits = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
