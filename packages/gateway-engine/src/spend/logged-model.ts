import type { Deployment } from '../ports/index.ts';

/**
 * What the log and the days call the model of a deployment: its row's own words where a provider stands before the slash, so that a
 * database that LiteLLM has filled counts on under the same names.
 *
 * source: LiteLLM 1.106.2, litellm_core_utils/core_helpers.py `reconstruct_model_name`, read 2026-11-30.
 */
export function loggedModel({ underlyingModel, model }: Pick<Deployment, 'underlyingModel' | 'model'>): string {
  return underlyingModel.includes('/') ? underlyingModel : model;
}
