import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { toOcrRequestBody } from './request.ts';
import { toOcrAnswer } from './response.ts';
import { toOcrError } from './error.ts';

/**
 * OCR in Mistral's dialect on both sides. There is no stream: an OCR answer is always whole.
 *
 * source: docs.mistral.ai/api, POST /v1/ocr, 2026-11-23.
 */
export const mistralOcr: CallTransform = {
  request: (call, plan) => {
    const body = toOcrRequestBody(call.body, plan, call.headers['x-req-format']);
    if (!body.ok) return body;
    return ok(toProviderRequest({ url: toOcrUrl(plan), headers: {}, auth: plan.provider.auth }, body.value, plan), body.notes);
  },
  response: (answer, _call, plan) => toOcrAnswer(answer, plan),
  stream: () => {
    throw new Error('an OCR answer is never a stream');
  },
  error: toOcrError,
  namesModel: 'whole',
};

/** A base URL may have `/v1` or not, or be the whole URL; a query stays after the path. */
function toOcrUrl(plan: Plan): string {
  const [base = '', query] = (plan.apiBase ?? plan.provider.baseUrl ?? '').split('?');
  const path = base.replace(/\/+$/u, '');
  const url = path.endsWith('/ocr') ? path : `${path.endsWith('/v1') ? path : `${path}/v1`}/ocr`;
  return query === undefined ? url : `${url}?${query}`;
}
