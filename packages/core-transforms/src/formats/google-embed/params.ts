import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonObject } from '../../contract/json.ts';

/** A client's parameters, including `input_type`, which is mapped to a task. */
export function toGoogleParams({ params, own }: EmbeddingsCall): JsonObject {
  const { input_type: task } = own;
  return { ...params, ...(task !== undefined && { task_type: task }), ...own };
}
