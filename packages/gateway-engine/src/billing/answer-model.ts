import type { CallTransform } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';

const NAME = /"(?:model|model_id|modelVersion)":\s*"([^"\\]{1,200})"/gu;

/**
 * Whether an answer is charged by what it calls its model: not where the row says what its calls cost. Where nobody knows what the name
 * costs that was asked for, the answer's is all there is.
 *
 * source: LiteLLM 1.106.2, cost_calculator.py `select_model_name_for_cost_calc`, and answers of its proxy.
 */
export function isChargedByAnswer(
  { prices, pricesFrom }: Deployment,
  { namesModel }: Pick<CallTransform, 'namesModel'>,
  stream: boolean,
): boolean {
  if (prices === undefined) return true;
  return pricesFrom === undefined && (namesModel === 'always' || (namesModel === 'whole' && !stream));
}

/**
 * What a provider's whole answer calls its model, or the first piece of a stream that says so.
 *
 * out:  of several names the one that nothing but the outermost object is open around, else, of a stream's event, the first one.
 *       Arguments of a call may well have such a member, too.
 * cost: a search, and a walk to where the name stands, which is usually at the beginning.
 */
export function readAnswerModel(text: string): string | undefined {
  let first: string | undefined;
  const walk = { at: 0, depth: 0 };
  NAME.lastIndex = 0;
  // Not matchAll, which makes an expression of its own each time (measured: half as fast).
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    first ??= found[1];
    walkTo(walk, text, found.index);
    if (walk.depth === 1) return found[1];
  }
  return text.startsWith('{') ? undefined : first;
}

/** Counts what is open at a place that no string is around. */
function walkTo(walk: { at: number; depth: number }, text: string, place: number): void {
  for (; walk.at < place; walk.at += 1) {
    const char = text.charCodeAt(walk.at);
    if (char === QUOTE) walk.at = endOfString(text, walk.at);
    else if (char === OPEN_OBJECT || char === OPEN_LIST) walk.depth += 1;
    else if (char === CLOSE_OBJECT || char === CLOSE_LIST) walk.depth -= 1;
  }
}

/** Where a string of JSON ends that begins here. */
export function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
