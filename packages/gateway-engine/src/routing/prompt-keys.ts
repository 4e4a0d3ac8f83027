import { createHash } from 'node:crypto';
import { isObject, countPrompt, estimateTextTokens, type JsonObject, type JsonValue } from '@stagegate/core-transforms';

/** Providers do not cache shorter prompts. Source: LiteLLM 1.106.2, constants.py `DEFAULT_MINIMUM_PROMPT_CACHE_TOKEN_COUNT`. */
const TOKENS_MIN = 1024;
/** How many positions before its mark a provider looks for a cached prefix: `PROMPT_CACHE_LOOKBACK_POSITIONS`. */
const LOOKBACK = 20;
/** Blocks that count as one position when they follow each other. */
const RUNS: ReadonlySet<unknown> = new Set(['tool_use', 'tool_result']);

const NONE: readonly string[] = [];
const known = new WeakMap<JsonObject, readonly string[]>();

/**
 * Hashes of the prefixes of a prompt that its provider may have cached, the longest first: up to the last block marked with
 * `cache_control`, and up to each earlier block that a provider looks back to.
 *
 * out:    empty for a prompt that is not marked, or too short to be cached.
 * cost:   a hash per block, once per body.
 * source: LiteLLM 1.106.2, router_utils/prompt_caching_cache.py, pre_call_checks/prompt_caching_deployment_check.py.
 */
export function promptKeys(body: JsonObject): readonly string[] {
  const found = known.get(body);
  if (found !== undefined) return found;
  const made = findKeys(body);
  known.set(body, made);
  return made;
}

function findKeys({ messages }: JsonObject): readonly string[] {
  const all = Array.isArray(messages) ? messages.filter(isObject) : [];
  const last = all.findLastIndex((message) => isMarked(message) || blocksOf(message).some(isMarked));
  const end = all[last];
  if (end === undefined || countPrompt({ messages: all }, estimateTextTokens) < TOKENS_MIN) return NONE;
  const keys: { readonly digest: string; readonly position: number }[] = [];
  let digest = '';
  let position = 0;
  let run: string | undefined;
  for (const message of [...all.slice(0, last), upToMark(end)]) {
    for (const unit of unitsOf(message)) {
      if (unit.run === undefined || unit.run !== run) position += 1;
      run = unit.run;
      digest = createHash('sha256')
        .update(digest + unit.text)
        .digest('hex');
      keys.push({ digest, position });
    }
  }
  return keys
    .filter((key) => key.position > position - LOOKBACK)
    .map((key) => key.digest)
    .toReversed();
}

/** A message up to its last mark. */
function upToMark(message: JsonObject): JsonObject {
  const blocks = blocksOf(message);
  const last = blocks.findLastIndex(isMarked);
  return last === -1 ? message : { ...message, content: blocks.slice(0, last + 1) };
}

interface Unit {
  readonly text: string;
  readonly run: string | undefined;
}

/** What a message adds to the prefix, block by block; a text is one block. Marks are left out: they move from turn to turn. */
function unitsOf(message: JsonObject): readonly Unit[] {
  const { content, cache_control: _mark, ...envelope } = message;
  const ofMessage = message['role'] === 'tool' ? 'tool_result' : undefined;
  const blocks =
    Array.isArray(content) && content.length > 0 ? content : [typeof content === 'string' ? { type: 'text', text: content } : null];
  return blocks.map((block) => {
    const { cache_control: _marked, ...rest }: JsonObject = isObject(block) ? block : { value: block };
    const { type } = rest;
    return { text: canonical([envelope, rest]), run: ofMessage ?? (typeof type === 'string' && RUNS.has(type) ? type : undefined) };
  });
}

/** JSON with sorted members. */
function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}

function blocksOf({ content }: JsonObject): readonly JsonValue[] {
  return Array.isArray(content) ? content : [];
}

function isMarked(holder: JsonValue): boolean {
  if (!isObject(holder)) return false;
  const { cache_control: mark } = holder;
  return isObject(mark) && mark['type'] === 'ephemeral';
}
