import type { JsonObject } from '@stagegate/core-transforms';
import { listedName, type IsRouted } from '@stagegate/gateway-engine/routing';
import type { ModelCard } from '../model-cards.ts';
import { EVERY_MODEL_CREATED_SECONDS } from './model-card-constants.ts';

/**
 * A client that sends `anthropic-version` gets the list of models in the shape of Anthropic's API, whatever the models.
 *
 * in: the operator's names for people, by model; `isRouted` for Claude Code alone, which lists models under names of its own.
 */
export function inAnthropicsShape(
  cards: readonly ModelCard[],
  names: ReadonlyMap<string, string>,
  isRouted: IsRouted | undefined,
): JsonObject {
  const created = new Date(EVERY_MODEL_CREATED_SECONDS * 1000).toISOString().replace('.000', '');
  const data = cards.map(({ id, max_input_tokens: inputMax, max_output_tokens: outputMax }) => ({
    type: 'model',
    ...(isRouted === undefined ? { id } : { id: listedName(id, inputMax, isRouted), source_model: id }),
    display_name: names.get(id) ?? id,
    created_at: created,
    max_input_tokens: inputMax ?? null,
    max_tokens: outputMax ?? null,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
