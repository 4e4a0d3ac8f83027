import type { Embeddings, EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { endpointPerPlan } from '../../call/provider-request.ts';
import { isObject } from '../../json/is-object.ts';
import { toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toInputs, toUsage, unusable } from '../openai-embeddings/answers.ts';

const NO_IMAGE = 'input: an image has no url';

/**
 * Voyage's models for texts and images: an input is a text, or a `content` list of texts and images in chat's shape.
 *
 * source: https://docs.voyageai.com/reference/multimodal-embeddings-api and LiteLLM 1.106.2,
 *         llms/voyage/embedding/transformation_multimodal.py, read 2026-11-29.
 */
export const voyageMultimodalFormat: EmbeddingsFormat = {
  id: 'voyage-multimodal',
  endpoint: endpointPerPlan((plan) => ({
    ...toAddress(plan, '/multimodalembeddings'),
    headers: {},
  })),
  request: ({ input, params, own }, plan) => {
    const inputs: JsonValue[] = [];
    for (const item of toInputs(input)) {
      const made = toInput(item);
      if (made === undefined) return fail({ kind: 'bad-request', path: '', message: NO_IMAGE });
      inputs.push(made);
    }
    return ok({ inputs, model: plan.model, ...params, ...own });
  },
  response: toEmbeddings,
  error: toUpstreamError,
};

/** An input in Voyage's shape; undefined for an image without data or URL. */
function toInput(item: JsonValue): JsonValue | undefined {
  if (typeof item === 'string') return { content: [{ type: 'text', text: item }] };
  if (!isObject(item) || item['content'] === undefined) return item;
  const { content } = item;
  const blocks: JsonValue[] = [];
  for (const block of Array.isArray(content) ? content : []) {
    const made = toBlock(block);
    if (made === undefined) return undefined;
    blocks.push(made);
  }
  return { ...item, content: blocks };
}

function toBlock(block: JsonValue): JsonValue | undefined {
  if (!isObject(block) || block['type'] !== 'image_url') return block;
  const { image_url: image } = block;
  const url = isObject(image) ? image['url'] : image;
  if (url === undefined || url === null) return undefined;
  if (typeof url !== 'string' || !url.startsWith('data:image/')) return { type: 'image_url', image_url: url };
  const comma = url.indexOf(',');
  return { type: 'image_base64', image_base64: comma === -1 ? '' : url.slice(comma + 1) };
}

function toEmbeddings(answer: JsonValue | undefined, plan: Plan, client: JsonObject): Outcome<Embeddings> {
  if (!isObject(answer) || !Array.isArray(answer['data'])) return unusable(plan);
  const { data, usage, model } = answer;
  const tokens = isObject(usage) ? usage['total_tokens'] : undefined;
  return ok({
    data,
    usage: toUsage(tokens ?? 0, client),
    ...(typeof model === 'string' && { model }),
  });
}
