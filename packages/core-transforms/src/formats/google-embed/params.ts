import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonObject } from '../../contract/json.ts';

/** A client's parameters, `input_type` as the task that it means too. */
export function toGoogleParams({ params, own }: EmbeddingsCall): JsonObject {
  const { input_type: task } = own;
  return { ...params, ...(task !== undefined && { task_type: task }), ...own };
}
