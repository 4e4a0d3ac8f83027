import { crossThroughHub } from '../../call/crossing.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { openaiCompletionsDialect } from './client-dialect.ts';
import { openaiCompletionsFormat } from './format.ts';
import { readTextCompletion } from './response.ts';

const crossed = crossThroughHub(openaiCompletionsDialect, openaiCompletionsFormat);

/**
 * The transform from a completions client to a provider's completions API. As in the reference, requests and streams pass through the hub;
 * whole answers do not, and so keep what chat does not have (log probabilities, a fingerprint).
 */
export const nativeCompletions: CallTransform = {
  ...crossed,
  response: (answer, _call, plan, ambient) => {
    const read = readTextCompletion(answer, plan, ambient);
    if (!read.ok) return read;
    const { answerModel } = plan;
    const body = JSON.stringify(answerModel === undefined ? read.value : { ...read.value, model: answerModel });
    const { usage } = read.value;
    return ok(isObject(usage) ? { body, usage } : { body }, read.notes);
  },
  error: openaiCompletionsFormat.error,
  namesModel: 'always',
};
