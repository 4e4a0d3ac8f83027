import type { Deployment } from '../ports/index.ts';

/**
 * The name of a deployment's model in the log and in days. It has the provider's prefix if the config has one, so that counts in a database
 * that LiteLLM has filled go on under the same names.
 *
 * source: LiteLLM 1.106.2, litellm_core_utils/core_helpers.py `reconstruct_model_name`, read 2026-11-30.
 */
export function loggedModel({ underlyingModel, model }: Pick<Deployment, 'underlyingModel' | 'model'>): string {
  return underlyingModel.includes('/') ? underlyingModel : model;
}
