import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { providerModel } from '../../providers/address.ts';
import type { EmbeddingsRules } from '../../providers/provider-row.ts';
import { toInputs } from './answers.ts';
import { imageBytes, isImage } from './is-image.ts';
import { embeddingsRules } from './plan.ts';

/**
 * A call as the body of a provider in OpenAI's likeness.
 *
 * errors: `declined` for an image where images have an API of their own.
 */
export function toNativeBody({ input, params, own, extraBody }: EmbeddingsCall, plan: Plan): Outcome<JsonObject> {
  const rules = embeddingsRules(plan);
  if (rules.images === 'declined' && toInputs(input).some(isImage)) {
    return fail({ kind: 'declined', path: 'input', reason: `images are not sent to ${plan.provider.id} here` });
  }
  const { set } = plan.provider.params;
  const name = rules.inputName ?? 'input';
  const beside = besideTexts(input, own, rules);
  return ok({ model: providerModel(plan), [name]: toInput(input, rules), ...set, ...beside, ...params, ...own, ...extraBody });
}

function toInput(input: JsonValue, { listsInput, images }: EmbeddingsRules): JsonValue {
  const inputs = toInputs(input);
  if (images === 'marked' && inputs.some(isImage)) return inputs.map(toMarked);
  return listsInput === true ? inputs : input;
}

function toMarked(input: JsonValue): JsonValue {
  if (typeof input !== 'string') return input;
  return isImage(input) ? { image: imageBytes(input) } : { text: input };
}

function besideTexts(input: JsonValue, own: JsonObject, { withTexts }: EmbeddingsRules): JsonObject | undefined {
  if (withTexts === undefined || toInputs(input).some((item) => typeof item !== 'string')) return undefined;
  const isUnwanted = Object.entries(withTexts.unless).every(([name, value]) => own[name] === value);
  return isUnwanted ? undefined : withTexts.set;
}
