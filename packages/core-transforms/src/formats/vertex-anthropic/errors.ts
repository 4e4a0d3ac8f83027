import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { ShownError, TransformError } from '../../errors/transform-error.ts';
import { saysContextWindow } from '../../errors/says-context-window.ts';
import { isObject } from '../../json/is-object.ts';
import { parseJson } from '../../json/parse-json.ts';

const CONTENT_POLICY = /The response was blocked\.|Output blocked by content filtering policy/u;

/** What the client sees, by phrases in the body, which take precedence over the status. */
const BY_WORDS: readonly (readonly [words: RegExp, shown: ShownError])[] = [
  [/Vertex AI API has not been used in project|Unable to find your project/u, { status: 400 }],
  [/None Unknown Error\.|Content has no parts\./u, { status: 500 }],
  [/API key not valid\./u, { status: 401 }],
  [CONTENT_POLICY, { status: 400 }],
  [
    /Quota exceeded for|429 Quota exceeded|Resource exhausted|429 Unable to submit request because the service is temporarily out of capacity\./u,
    { status: 429 },
  ],
  [/500 Internal Server Error|The model is overloaded\./u, { status: 500 }],
];

const BY_STATUS: Readonly<Record<number, ShownError>> = { 502: { status: 500, className: 'APIConnectionError' } };

/**
 * Vertex AI's answer with a status ≥ 400 → an error whose message is the whole body.
 *
 * source: LiteLLM 1.106.2, exception_mapping_utils.py `_map_vertex_exception`, read 2026-11-23.
 */
export function toVertexError({ status, body }: ProviderAnswer, { provider }: Plan): TransformError {
  const wrapped = status >= 500 && innerCode(body) === 429 ? { status: 429 } : undefined;
  const tooLong = body.includes('400 Request payload size exceeds') || saysContextWindow(body);
  const shown = tooLong ? { status: 400 } : (BY_WORDS.find(([words]) => words.test(body))?.[1] ?? wrapped ?? BY_STATUS[status]);
  const reason = tooLong ? 'context-window' : CONTENT_POLICY.test(body) ? 'content-policy' : 'other';
  return { kind: 'upstream-refused', provider: provider.id, status, message: body, reason, ...(shown !== undefined && { shown }) };
}

/** The status inside the body: a gateway in between may have wrapped it. */
function innerCode(body: string): unknown {
  const parsed = parseJson(body);
  const error = isObject(parsed) ? parsed['error'] : undefined;
  return isObject(error) ? error['code'] : undefined;
}
