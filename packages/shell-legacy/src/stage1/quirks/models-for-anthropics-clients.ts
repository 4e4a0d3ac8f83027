import type { JsonObject } from '@stagegate/core-transforms';
import type { ModelCard } from '../model-cards.ts';
import { EVERY_MODEL_CREATED_SECONDS } from './model-card-constants.ts';

/** A client that sends `anthropic-version` gets the list of models as Anthropic's API shapes it, whoever made the models. */
export function inAnthropicsShape(cards: readonly ModelCard[]): JsonObject {
  const created = new Date(EVERY_MODEL_CREATED_SECONDS * 1000).toISOString().replace('.000', '');
  return {
    data: cards.map(({ id, max_input_tokens: inputMax, max_output_tokens: outputMax }) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: created,
      max_input_tokens: inputMax ?? null,
      max_tokens: outputMax ?? null,
    })),
    has_more: false,
    first_id: cards[0]?.id ?? null,
    last_id: cards.at(-1)?.id ?? null,
  };
}
