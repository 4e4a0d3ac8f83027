import { toProviderRequest } from '../../call/provider-request.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import type { EmbeddingsFormat } from '../../contract/embeddings-format.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { embeddingsParts } from './parts.ts';
import { toEmbeddingsPlan } from './plan.ts';
import { readEmbeddingsCall } from './read-call.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The transform from OpenAI's embeddings to a provider's own embeddings API. */
export function throughEmbeddings(format: EmbeddingsFormat): CallTransform {
  return {
    request: (call, chatPlan) => {
      const plan = toEmbeddingsPlan(chatPlan);
      const read = readEmbeddingsCall(call.body.value, plan);
      if (!read.ok) return read;
      const body = format.request(read.value, plan);
      if (!body.ok) return body;
      const endpoint = withExtraHeaders(format.endpoint(plan, read.value), call.body.value);
      return ok(toProviderRequest(endpoint, JSON.stringify({ ...body.value, ...read.value.extraBody }), plan), read.notes);
    },
    response: (answer, call, chatPlan) => {
      const plan = toEmbeddingsPlan(chatPlan);
      const read = format.response(parseJson(answer.body), plan, call.body.value);
      if (!read.ok) return read;
      const { data, usage, model = plan.model } = read.value;
      return ok({ body: JSON.stringify({ model: plan.answerModel ?? model, data, object: 'list', usage }), usage });
    },
    stream: () => {
      throw new Error('embeddings are never a stream');
    },
    parts: embeddingsParts(format.takesOne ?? never, format.embedsAsOne ?? never),
    error: (answer, plan) => format.error(answer, toEmbeddingsPlan(plan)),
  };
}

function never(): boolean {
  return false;
}

/** The endpoint with the client's extra headers; the same object if there are none. */
export function withExtraHeaders(endpoint: Endpoint, client: JsonObject): Endpoint {
  if (client['extra_headers'] === undefined) return endpoint;
  const { url, auth, headers } = endpoint;
  return { url, auth, headers: { ...headers, ...readExtraHeaders(client) } };
}
