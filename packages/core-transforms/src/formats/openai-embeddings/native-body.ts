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
 * A call → the body for an OpenAI-compatible provider.
 *
 * errors: `declined` for texts together with images if images have a separate API: it would take two calls.
 */
export function toNativeBody(call: EmbeddingsCall, plan: Plan): Outcome<JsonObject> {
  const { input, params, own, extraBody } = call;
  const rules = embeddingsRules(plan);
  if (areImagesApart(call, plan)) return ok({ input: toInputs(input).map((image) => ({ image })), ...params, ...own, ...extraBody });
  if (rules.images === 'apart' && toInputs(input).some(isImage)) {
    return fail({ kind: 'declined', path: 'input', reason: `${plan.provider.id} does not take texts and images in one call` });
  }
  const { set } = plan.provider.params;
  const name = rules.inputName ?? 'input';
  const beside = besideTexts(input, own, rules);
  return ok({ model: providerModel(plan), [name]: toInput(input, rules), ...set, ...beside, ...params, ...own, ...extraBody });
}

/** Whether a call goes to the separate API for images, whose URL names no model. */
export function areImagesApart({ input }: EmbeddingsCall, plan: Plan): boolean {
  return embeddingsRules(plan).images === 'apart' && toInputs(input).every(isImage) && toInputs(input).length > 0;
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
