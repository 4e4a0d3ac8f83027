import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { MASKED } from '@stagegate/gateway-engine/record';
import { type Difference } from './difference.ts';
import { parsePath } from './volatile.ts';

/** How a field is compared. Fields without a class are compared exactly. */
export interface FieldClass {
  /** Where: `answer.body.id`, `answer.events[*].data.created`, `answer.headers.llm_provider-*`; `[*]` is every element. */
  readonly path: string;
  /**
   * `volatile`: changes from run to run, so that only type and prefix are compared. `numeric`: close numbers are equal. `order-free`: the
   * order of the array does not matter. `ignored`: not compared.
   */
  readonly kind: 'volatile' | 'numeric' | 'order-free' | 'ignored';
  /** For `numeric`: the largest relative distance, 0 to 1. */
  readonly tolerance?: number;
  readonly why: string;
}

/** For every comparison: what two runs of one gateway cannot have in common. */
const OF_EACH_RUN: readonly FieldClass[] = [
  { path: 'answer.headers.date', kind: 'ignored', why: 'the clock of the answer' },
  { path: 'answer.headers.x-litellm-response-duration-ms', kind: 'ignored', why: 'measured' },
  { path: 'answer.headers.x-litellm-overhead-duration-ms', kind: 'ignored', why: 'measured' },
  { path: 'answer.headers.x-litellm-key-*', kind: 'ignored', why: 'what a key had spent by then, of keys that a replay does not have' },
  {
    path: 'answer.headers.x-ratelimit-*remaining-*',
    kind: 'ignored',
    why: 'what the calls of its minute left; a provider’s own has its own name',
  },
  { path: 'answer.headers.x-ratelimit-reset-*-tokens', kind: 'ignored', why: 'the clock of the answer' },
  { path: 'answer.headers.x-ratelimit-*-limit-*', kind: 'ignored', why: 'of keys that a replay does not have' },
  { path: 'answer.headers.x-stagegate-lane', kind: 'ignored', why: 'names the side' },
  { path: 'answer.headers.x-stagegate-rule', kind: 'ignored', why: 'names who chose the side' },
  { path: 'answer.headers.content-length', kind: 'ignored', why: 'follows from the body' },
  { path: 'answer.headers.connection', kind: 'ignored', why: 'of the connection' },
  { path: 'answer.headers.keep-alive', kind: 'ignored', why: 'of the connection' },
  { path: 'answer.headers.transfer-encoding', kind: 'ignored', why: 'of the connection' },
  { path: 'answer.headers.content-encoding', kind: 'ignored', why: 'of the connection' },
  { path: 'answer.body.data', kind: 'order-free', why: 'a listing of models is a set; other lists are none' },
  { path: 'effects.chargedUsd', kind: 'numeric', tolerance: 1e-9, why: 'sums of floats' },
];

/** For comparisons with the reference: what it makes up for each call, and what only it has. */
const OF_THE_REFERENCE: readonly FieldClass[] = [
  { path: 'answer.headers.llm_provider-x-litellm-*', kind: 'ignored', why: "a number of the reference's own under a provider's name" },
  ...volatile('the reference makes up ids and reads its own clock', [
    'answer.body.id',
    'answer.body.created',
    'answer.body.created_at',
    'answer.body.output[*].id',
    'answer.body.output[*].call_id',
    'answer.body.content[*].id',
    'answer.body.choices[*].message.tool_calls[*].id',
    'answer.body.choices[*].message.audio.id',
    'answer.body.choices[*].message.audio.expires_at',
    'answer.events[*].id',
    'answer.events[*].created',
    'answer.events[*].item_id',
    'answer.events[*].message.id',
    'answer.events[*].content_block.id',
    'answer.events[*].item.id',
    'answer.events[*].item.call_id',
    'answer.events[*].response.id',
    'answer.events[*].response.created_at',
    'answer.events[*].response.output[*].id',
    'answer.events[*].response.output[*].call_id',
    'answer.events[*].choices[*].delta.tool_calls[*].id',
  ]),
];

function volatile(why: string, paths: readonly string[]): readonly FieldClass[] {
  return paths.map((path) => ({ path, kind: 'volatile', why }));
}

/** Field classes, prepared for look-ups. */
export interface CompiledClasses {
  /** Paths into a whole body, and into the list of a stream's payloads. */
  readonly volatileBody: readonly string[];
  readonly volatileEvents: readonly string[];
  /** Whether a header is compared at all. */
  readonly comparesHeader: (name: string) => boolean;
  /** A body with its order-free arrays in one order. */
  readonly inOrder: (body: JsonValue) => JsonValue;
  /** Whether a class excuses a difference. */
  readonly excuses: (difference: Difference) => boolean;
}

const HEADERS = 'answer.headers.';
const BODY = 'answer.body.';
const EVENTS = 'answer.events';

/** Headers of the reference that matter to a client. The others are about its own keys, budgets and timings. */
const REFERENCE_HEADERS =
  /^(?:content-type|retry-after|request-id|x-ratelimit-.*|llm_provider-.*|x-litellm-model-(?:id|group|name|api-base)|x-litellm-attempted-.*|x-litellm-response-cost)$/u;

/** Prepares classes for many comparisons. `headers`: those that are compared; by default all. */
export function compileClasses(classes: readonly FieldClass[], headers: RegExp = /^/u): CompiledClasses {
  const pathsOf = (kind: FieldClass['kind'], prefix: string): readonly string[] =>
    classes.filter((one) => one.kind === kind && one.path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length));
  const ignored = pathsOf('ignored', HEADERS).map(toPattern);
  const orderFree = pathsOf('order-free', BODY).map(parsePath);
  const numeric = classes
    .filter(({ kind }) => kind === 'numeric')
    .map(({ path, tolerance = 0 }) => ({ pattern: toPattern(path), tolerance }));
  const known = new Map<string, boolean>();
  const comparesHeader = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const compared = headers.test(name) && !ignored.some((pattern) => pattern.test(name));
    if (known.size < NAMES_MAX) known.set(name, compared);
    return compared;
  };
  return {
    volatileBody: pathsOf('volatile', BODY),
    volatileEvents: pathsOf('volatile', EVENTS),
    comparesHeader,
    inOrder: (body) => orderFree.reduce(sortAt, body),
    excuses: ({ path, expected, got }) => {
      // A masked value says only that there is one.
      if (expected === MASKED) return got !== undefined;
      if (typeof expected !== 'number' || typeof got !== 'number') return false;
      return numeric.some(({ pattern, tolerance }) => pattern.test(path) && isClose(expected, got, tolerance));
    },
  };
}

/** How many header names are cached: a peer may send any number. */
const NAMES_MAX = 1_000;

/** Between two lanes of ours, or a lane and a recording of one: identity and clock are injected, so that everything else is exact. */
export const OWN_CLASSES: CompiledClasses = compileClasses(OF_EACH_RUN);

/** Between a lane and the reference. */
export const REFERENCE_CLASSES: CompiledClasses = compileClasses([...OF_EACH_RUN, ...OF_THE_REFERENCE], REFERENCE_HEADERS);

function isClose(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** `[*]` stands for any index, another `*` for any characters. */
function toPattern(path: string): RegExp {
  const pieces = path.split('[*]').map((piece) => piece.split('*').map(escapePattern).join('.*'));
  return new RegExp(`^${pieces.join(String.raw`\[\d+\]`)}$`, 'u');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`);
}

/** Sorts the list at a path by its elements' text. Only lists of models are order-free. */
function sortAt(value: JsonValue, [step, ...rest]: ReturnType<typeof parsePath>): JsonValue {
  if (step === undefined) {
    if (!Array.isArray(value) || !value.every((item: JsonValue) => isObject(item) && item['object'] === 'model')) return value;
    return value.toSorted((a: JsonValue, b: JsonValue) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => (step === '*' || step === index ? sortAt(item, rest) : item));
  if (!isObject(value) || typeof step !== 'string') return value;
  const member = value[step];
  return member === undefined ? value : { ...value, [step]: sortAt(member, rest) };
}
