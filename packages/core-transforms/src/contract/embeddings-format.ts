import type { TransformError } from '../errors/transform-error.ts';
import type { JsonArray, JsonObject, JsonValue } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { FormatId, Plan } from './plan.ts';
import type { Endpoint } from './provider-format.ts';
import type { ProviderAnswer } from './wire.ts';

/** A client's call for embeddings, with its members sorted. */
export interface EmbeddingsCall {
  /** A text, a list of texts, tokens, or a list of lists of tokens; some providers take objects. */
  readonly input: JsonValue;
  /** The parameters of OpenAI's that the model takes, under the provider's names. */
  readonly params: JsonObject;
  /** Members that only the provider knows, as the client wrote them. */
  readonly own: JsonObject;
  /** The client's `extra_body`: merged into the provider's body last, past every rule. */
  readonly extraBody: JsonObject;
  /** What the client says of the call for billing. */
  readonly metadata: JsonValue | undefined;
}

/** What a provider answered. */
export interface Embeddings {
  /** One per input, in their order, in OpenAI's form. */
  readonly data: JsonArray;
  /** In OpenAI's form. */
  readonly usage: JsonObject;
  /** As the provider names it, if it does. */
  readonly model?: string;
}

/**
 * A provider's API of embeddings, as seen from OpenAI's, which is to these formats what chat is to ProviderFormat. The plan has the row's
 * rules for embeddings in place of those for chat.
 */
export interface EmbeddingsFormat {
  readonly id: FormatId;
  readonly endpoint: (plan: Plan, call: EmbeddingsCall) => Endpoint;
  /** The call → the provider's body. */
  readonly request: (call: EmbeddingsCall, plan: Plan) => Outcome<JsonObject>;
  /**
   * The provider's 2xx answer, parsed (undefined: it is not JSON) → embeddings. `client` is the client's body. A body that cannot be used
   * is `bad-upstream`.
   */
  readonly response: (answer: JsonValue | undefined, plan: Plan, client: JsonObject) => Outcome<Embeddings>;
  /** The provider's answer with a status ≥ 400 → an error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
  /** Whether a request takes only one input; absent: it takes several. */
  readonly takesOne?: (plan: Plan) => boolean;
  /** Whether all inputs of a request become one embedding; absent: never. */
  readonly embedsAsOne?: (plan: Plan) => boolean;
}
