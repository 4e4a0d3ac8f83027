import type { TransformError } from '../errors/transform-error.ts';
import type { JsonArray, JsonObject, JsonValue } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { FormatId, Plan } from './plan.ts';
import type { Endpoint } from './provider-format.ts';
import type { ProviderAnswer } from './wire.ts';

/** A client's embeddings call, its members sorted out. */
export interface EmbeddingsCall {
  /** A text, a list of texts, tokens, or a list of lists of tokens; some providers take objects. */
  readonly input: JsonValue;
  /** Those of OpenAI's parameters that the model takes, as its provider names them. */
  readonly params: JsonObject;
  /** Members that only a provider knows, as the client wrote them. */
  readonly own: JsonObject;
  /** The client's `extra_body`: it joins the provider's body last, past every rule. */
  readonly extraBody: JsonObject;
  /** What the client says of its call to whoever bills it. */
  readonly metadata: JsonValue | undefined;
}

/** What a provider gave. */
export interface Embeddings {
  /** One for each input, in their order, as OpenAI writes them. */
  readonly data: JsonArray;
  /** In OpenAI's words. */
  readonly usage: JsonObject;
  /** As the provider names it, where it does. */
  readonly model?: string;
}

/**
 * A provider's API of embeddings, seen from OpenAI's. What chat is to ProviderFormat, OpenAI's embeddings are to this.
 * The plan that it gets has the row's rules for embeddings in place of those for chat.
 */
export interface EmbeddingsFormat {
  readonly id: FormatId;
  readonly endpoint: (plan: Plan, call: EmbeddingsCall) => Endpoint;
  /** The call → the provider's body. */
  readonly request: (call: EmbeddingsCall, plan: Plan) => Outcome<JsonObject>;
  /** The provider's 2xx answer, parsed (undefined: it is no JSON) → embeddings. `client` is the client's body. A body that cannot be used is `bad-upstream`. */
  readonly response: (answer: JsonValue | undefined, plan: Plan, client: JsonObject) => Outcome<Embeddings>;
  /** The provider's answer with a status ≥ 400 → an error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
  /** Whether a request takes one input and no more; absent: none does. */
  readonly takesOne?: (plan: Plan) => boolean;
  /** Whether all inputs of a request become one embedding; absent: never. */
  readonly embedsAsOne?: (plan: Plan) => boolean;
}
