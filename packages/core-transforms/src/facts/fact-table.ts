import { readPrices, type Prices } from '../cost/prices.ts';
import type { FactRule } from './fact-rule.ts';
import { FACT_FLAGS, FACT_LETTERS, FACT_RULES, FACT_TABLE, PRICE_NAMES } from './model-facts.generated.ts';

/** One row of the table, read. Flags stand without their `supports_` prefix. */
export interface FactRow {
  /** Its section: LiteLLM's `litellm_provider`, which is often but not always a provider id. */
  readonly section: string;
  readonly mode: string | undefined;
  /** Tokens. */
  readonly outputTokensMax: number | undefined;
  /** Tokens. */
  readonly inputTokensMax: number | undefined;
  readonly has: ReadonlySet<string>;
  readonly lacks: ReadonlySet<string>;
  /** Levels of `reasoning_effort` it declares; undefined when it declares nothing. */
  readonly reasoningEfforts: readonly string[] | undefined;
  readonly defaultReasoningEffort: string | undefined;
  readonly prices: Prices | undefined;
}

/** A rule with its pattern compiled; flags stand without their `supports_` prefix. */
export interface CompiledRule extends FactRule {
  readonly test: (model: string) => boolean;
}

/** The position of a model's line in FACT_TABLE, and its section. */
interface Place {
  readonly section: string;
  readonly line: string;
  /** Its row, once it was asked for. */
  row?: FactRow;
}

// Both are made at the first look-up: a gateway that never asks pays for the text alone.
let places: ReadonlyMap<string, Place> | undefined;
let rules: readonly CompiledRule[] | undefined;

/** The row of a model by its whole name in the table (`groq/…`, `gpt-…`), case ignored. */
export function findFactRow(name: string): FactRow | undefined {
  places ??= indexTable();
  const place = places.get(name.toLowerCase());
  if (place === undefined) return undefined;
  place.row ??= readRow(place);
  return place.row;
}

/** The whole names of the models in some sections, in the table's order. */
export function modelsOfSections(sections: ReadonlySet<string>): readonly string[] {
  places ??= indexTable();
  return [...places.values()].flatMap(({ section, line }) => (sections.has(section) ? [nameOf(line)] : []));
}

/** How many models the table names. */
export function countFactRows(): number {
  places ??= indexTable();
  return places.size;
}

/** The rules for models that the table does not name, in order. */
export function factRules(): readonly CompiledRule[] {
  rules ??= FACT_RULES.map((rule) => {
    const pattern = new RegExp(rule.pattern, 'iu');
    return { ...rule, flags: rule.flags.map(withoutPrefix), test: (model) => pattern.test(model) };
  });
  return rules;
}

function indexTable(): ReadonlyMap<string, Place> {
  const index = new Map<string, Place>();
  let section = '';
  for (const line of FACT_TABLE.split('\n')) {
    if (line.startsWith('#')) section = line.slice(1);
    else if (line !== '') index.set(nameOf(line).toLowerCase(), { section, line });
  }
  return index;
}

function nameOf(line: string): string {
  const end = line.indexOf('\t');
  return end === -1 ? line : line.slice(0, end);
}

function readRow({ section, line }: Place): FactRow {
  const [, mode = '', outputTokens = '', inputTokens = '', flags = '', efforts = '', defaultEffort = '', prices = '', shaped = ''] =
    line.split('\t');
  const [has = '', lacks = ''] = flags.split('-');
  return {
    section,
    mode: mode === '' ? undefined : mode,
    outputTokensMax: readCount(outputTokens),
    inputTokensMax: readCount(inputTokens),
    has: readFlags(has),
    lacks: readFlags(lacks),
    reasoningEfforts: efforts === '' ? undefined : efforts.split(',').filter((level) => level !== '.'),
    defaultReasoningEffort: defaultEffort === '' ? undefined : defaultEffort,
    prices: readPrices(prices, shaped, PRICE_NAMES),
  };
}

function readCount(text: string): number | undefined {
  return text === '' ? undefined : Number.parseInt(text, 36);
}

function readFlags(letters: string): ReadonlySet<string> {
  const names = FACT_FLAGS.split(' ');
  return new Set([...letters].map((letter) => withoutPrefix(names[FACT_LETTERS.indexOf(letter)] ?? letter)));
}

function withoutPrefix(flag: string): string {
  return flag.startsWith('supports_') ? flag.slice('supports_'.length) : flag;
}
