import { crossThroughHub } from '../../call/crossing.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import { ok } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { openaiCompletionsDialect } from './client-dialect.ts';
import { openaiCompletionsFormat } from './format.ts';
import { readTextCompletion } from './response.ts';

const crossed = crossThroughHub(openaiCompletionsDialect, openaiCompletionsFormat);

/**
 * A completions client in front of a provider's completions API. Requests and streams pass the hub, as the reference's do;
 * whole answers do not, and keep what chat has no place for (log probabilities, a fingerprint).
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
