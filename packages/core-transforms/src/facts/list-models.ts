import { modelsOfSections } from './fact-table.ts';

/**
 * Sections of the table whose models a provider serves, where it is not the one of its own name. Azure's models are its users' own
 * deployments, under names of their choice. Source: LiteLLM 1.106.2, __init__.py `_build_models_by_provider`, read 2026-11-30.
 */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  azure: [],
  bedrock: ['bedrock', 'bedrock_converse'],
  cohere: ['cohere', 'cohere_chat'],
  fireworks_ai: ['fireworks_ai', 'fireworks_ai-embedding-models'],
  ollama_chat: ['ollama'],
  openai: ['openai', 'text-completion-openai'],
  vertex_ai: [
    'language-models',
    'text-models',
    'anthropic_models',
    'deepseek_models',
    'minimax_models',
    'moonshot_models',
    'zai_models',
  ].map((family) => `vertex_ai-${family}`),
};

/** Rows that set a price and name nothing to call: of tunes of somebody's own, of one region or commitment, of a size. */
const PRICES_ALONE = /^ft:|^(?:\*|[a-z]{2}(?:-[a-z]+)+-\d)\/|^(?:fireworks|together)-ai-/u;

/**
 * The models of a provider that the table names, each without the provider before it: what a wildcard of the provider stands for in
 * lists of models.
 *
 * out:  in the table's order; empty for a provider that it has nothing of.
 * cost: one pass over the table's index.
 */
export function listProviderModels(provider: string): readonly string[] {
  const prefix = `${provider}/`;
  const names = modelsOfSections(new Set(SECTIONS[provider] ?? [provider]));
  const bare = names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  return [...new Set(bare)].filter((name) => !PRICES_ALONE.test(name));
}
