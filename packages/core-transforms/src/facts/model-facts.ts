import { FACT_NAMINGS, type FactNaming } from '../providers/fact-naming.ts';
import type { Prices } from '../cost/prices.ts';
import { factRules, findFactRow, type FactRow } from './fact-table.ts';
import { namesInTable } from './model-names.ts';

/** What the generated table knows of one model. Source: LiteLLM's price map (see NOTICE); refresh with `pnpm facts --from FILE`. */
export interface ModelFacts {
  /** `chat`, `completion`, `embedding`, `ocr` … */
  readonly mode: string | undefined;
  /** Tokens, at most, in one answer. */
  readonly outputTokensMax: number | undefined;
  /** Tokens, at most, in one prompt. */
  readonly inputTokensMax: number | undefined;
  /** Names without their `supports_` prefix: `reasoning`, `response_schema`, `native_structured_output`, `adaptive_thinking` … */
  readonly supports: ReadonlySet<string>;
  /** What the table says the model does not have; a flag in neither set is unknown. */
  readonly denies: ReadonlySet<string>;
  /** Levels of `reasoning_effort` the model declares; undefined when the table says nothing of them. */
  readonly reasoningEfforts: readonly string[] | undefined;
  /** The level it uses when none is asked for. */
  readonly defaultReasoningEffort: string | undefined;
  /** Absent for a model without known prices. */
  readonly prices?: Prices | undefined;
}

const NO_FLAGS: ReadonlySet<string> = new Set();
const PLAIN_NAMING: FactNaming = {};
const EMPTY_ROW: FactRow = {
  section: '',
  mode: undefined,
  outputTokensMax: undefined,
  inputTokensMax: undefined,
  has: NO_FLAGS,
  lacks: NO_FLAGS,
  reasoningEfforts: undefined,
  defaultReasoningEffort: undefined,
  prices: undefined,
};

/**
 * Facts about a provider's model, or undefined for one the table does not hold.
 *
 * in:     provider id, and the model's name at that provider.
 * out:    the first row found, by LiteLLM's order of names; a flag it does not mention is looked up in the row of the bare name.
 *         Without a row: what the table's rules say of such names.
 * cost:   the first look-up indexes the table (see fact-table.ts); after that a few map look-ups. Ask once per deployment.
 * source: LiteLLM 1.106.2, utils.py `get_model_info_helper` and `supports_factory`, read 2026-11-23.
 */
export function lookupModelFacts(provider: string, model: string): ModelFacts | undefined {
  const naming = FACT_NAMINGS[provider] ?? PLAIN_NAMING;
  const names = namesInTable(provider, model, naming);
  const rows = names.map((name) => ({ name, row: findFactRow(name) }));
  const found = rows.find(({ row }) => row !== undefined && speaksFor(row.section, provider, naming));
  if (found?.row !== undefined) return toFacts(filledByRules(found.name, found.row), findFactRow(model), naming);
  const ruled = rows.some(({ row }) => row !== undefined) ? undefined : ruledRow(names);
  if (ruled !== undefined) return toFacts(ruled, undefined, naming);
  return naming.impliedFlags === undefined ? undefined : toFacts(EMPTY_ROW, undefined, naming);
}

/**
 * The provider that a bare model name belongs to (`gpt-4o` → `openai`), or undefined when the table does not know.
 * The answer is a section of the table, which for some model families is finer than a provider id.
 */
export function inferModelProvider(model: string): string | undefined {
  return findFactRow(model)?.section ?? factRules().find((rule) => rule.provider !== undefined && rule.test(model))?.provider;
}

function speaksFor(section: string, provider: string, { sections = [] }: FactNaming): boolean {
  if (section === provider) return true;
  return sections.some((pattern) => (pattern.endsWith('*') ? section.startsWith(pattern.slice(0, -1)) : section === pattern));
}

function filledByRules(name: string, row: FactRow): FactRow {
  if (row.mode !== undefined && row.mode !== 'chat' && row.mode !== 'responses') return row;
  const filling = factRules().filter((rule) => rule.fillsProviders.includes(row.section) && rule.test(name));
  const added = filling.flatMap((rule) => rule.flags).filter((flag) => !row.lacks.has(flag));
  return added.length === 0 ? row : { ...row, has: new Set([...row.has, ...added]) };
}

function ruledRow(names: readonly string[]): FactRow | undefined {
  const capabilities = factRules().filter((rule) => rule.provider === undefined);
  const matching = names.map((name) => capabilities.filter((rule) => rule.test(name))).find((rules) => rules.length > 0);
  if (matching === undefined) return undefined;
  return {
    ...EMPTY_ROW,
    mode: matching.findLast((rule) => rule.mode !== undefined)?.mode,
    outputTokensMax: matching.findLast((rule) => rule.outputTokensMax !== undefined)?.outputTokensMax,
    inputTokensMax: matching.findLast((rule) => rule.inputTokensMax !== undefined)?.inputTokensMax,
    has: new Set(matching.flatMap((rule) => rule.flags)),
  };
}

function toFacts(row: FactRow, bare: FactRow | undefined, { impliedFlags = [] }: FactNaming): ModelFacts {
  const { has: bareHas = NO_FLAGS, lacks: bareLacks = NO_FLAGS } = bare ?? {};
  const supports = new Set([...row.has, ...[...bareHas].filter((flag) => !row.lacks.has(flag))]);
  const denies = new Set([...row.lacks, ...[...bareLacks].filter((flag) => !row.has.has(flag))]);
  for (const flag of impliedFlags) if (!denies.has(flag)) supports.add(flag);
  return {
    mode: row.mode,
    outputTokensMax: row.outputTokensMax,
    inputTokensMax: row.inputTokensMax,
    supports,
    denies,
    reasoningEfforts: row.reasoningEfforts ?? bare?.reasoningEfforts,
    defaultReasoningEffort: row.defaultReasoningEffort ?? bare?.defaultReasoningEffort,
    prices: row.prices,
  };
}
