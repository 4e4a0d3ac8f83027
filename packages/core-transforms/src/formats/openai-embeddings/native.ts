import { endpointPerPlan, toProviderRequest } from '../../call/provider-request.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import { editBody } from '../../json/edit-body.ts';
import { editsBetween } from '../../json/edits-between.ts';
import { refuseHomeless, toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toNativeAnswer } from './native-answer.ts';
import { areImagesApart, toNativeBody } from './native-body.ts';
import { embeddingsParts } from './parts.ts';
import { embeddingsRules, toEmbeddingsPlan } from './plan.ts';
import { readEmbeddingsCall } from './read-call.ts';
import { withExtraHeaders } from './through-embeddings.ts';

/**
 * The transform from OpenAI's embeddings to a provider that speaks them too. What need not change keeps its text, inputs as well as the
 * numbers of the answer.
 *
 * source: platform.openai.com/docs/api-reference/embeddings/create, 2026-11-29.
 */
export const nativeEmbeddings: CallTransform = {
  request: (call, chatPlan) => {
    const plan = toEmbeddingsPlan(chatPlan);
    const homeless = refuseHomeless(plan);
    if (homeless !== undefined) return homeless;
    const read = readEmbeddingsCall(call.body.value, plan);
    if (!read.ok) return read;
    const body = toNativeBody(read.value, plan);
    if (!body.ok) return body;
    const sent = editBody(call.body, editsBetween(call.body, body.value));
    const endpoint = areImagesApart(read.value, plan) ? toImagesEndpoint(plan) : toEndpoint(plan);
    return ok(toProviderRequest(withExtraHeaders(endpoint, call.body.value), sent, plan), read.notes);
  },
  response: (answer, call, plan) => toNativeAnswer(answer, call.body.value, toEmbeddingsPlan(plan)),
  stream: () => {
    throw new Error('embeddings are never a stream');
  },
  parts: embeddingsParts(
    () => false,
    () => false,
  ),
  error: (answer, plan) => toUpstreamError(answer, toEmbeddingsPlan(plan)),
  namesModel: 'whole',
};

const toEndpoint = endpointPerPlan((plan) => {
  const { path = '/embeddings', appendsPath = false } = embeddingsRules(plan);
  const { url, auth } = toAddress(plan, appendsPath ? '' : path);
  return { url: appendsPath ? url + path : url, auth, headers: plan.provider.headers ?? {} };
});

const toImagesEndpoint = endpointPerPlan((plan) => {
  const { url, auth } = toAddress(plan, '/images/embeddings');
  return { url, auth, headers: plan.provider.headers ?? {} };
});
