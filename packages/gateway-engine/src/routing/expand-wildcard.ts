import { listProviderModels, lookupModelFacts, type ModelFacts } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';

/** A model that a wildcard is known to serve. */
export interface WildcardModel {
  /** What a client asks for. */
  readonly name: string;
  /** The row's own model with the star filled in: `openai/gpt-4o`. */
  readonly underlyingModel: string;
  /** The same without its provider. */
  readonly model: string;
  readonly facts: ModelFacts | undefined;
}

const expanded = new WeakMap<Deployment, readonly WildcardModel[]>();

/**
 * What a deployment whose name holds one star is known to serve: the models of its provider, by the names that they are asked for. A
 * name that is nothing but a star stands for the models as the row itself would name them (`openai/gpt-4o` of `openai/*`).
 *
 * out:    empty where nothing is known: several stars, a row that serves one model under many names, a provider without models.
 * cost:   a look-up per model, the first time; deployments never change.
 * source: LiteLLM 1.106.2, proxy/auth/model_checks.py `get_known_models_from_wildcard`, read 2026-11-30. It takes a pattern that is
 *         more than its provider and a star (`gemini/gemini-*`) for a prefix of all models: here it picks those that it fits.
 */
export function expandWildcard(deployment: Deployment): readonly WildcardModel[] {
  const known = expanded.get(deployment) ?? findModels(deployment);
  expanded.set(deployment, known);
  return known;
}

function findModels({ modelGroup, underlyingModel, model: pattern, provider }: Deployment): readonly WildcardModel[] {
  const own = modelGroup === '*' ? underlyingModel : modelGroup;
  const [before = '', after, ...more] = pattern.split('*');
  if (after === undefined || more.length > 0 || own.split('*').length !== 2 || !underlyingModel.includes('/')) return [];
  const fitting = listProviderModels(provider.id).filter(
    (model) => model.length >= before.length + after.length && model.startsWith(before) && model.endsWith(after),
  );
  return fitting.map((model) => {
    const filled = model.slice(before.length, model.length - after.length);
    const fill = (text: string): string => text.replace('*', () => filled);
    return { name: fill(own), underlyingModel: fill(underlyingModel), model, facts: lookupModelFacts(provider.id, model) };
  });
}
