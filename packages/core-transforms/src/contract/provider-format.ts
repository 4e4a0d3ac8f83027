import type { TransformError } from '../errors/transform-error.ts';
import type { SseFrame } from '../framing/sse.ts';
import type { Ambient } from './ambient.ts';
import type { NamesModel } from './call-transform.ts';
import type { JsonObject } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { FormatId, Plan } from './plan.ts';
import type { OpaqueMachine } from './stream-machine.ts';
import type { AuthPlacement, Headers, ProviderAnswer } from './wire.ts';

/** Where a call goes, and with which headers. */
export interface Endpoint {
  /** Absolute, with query. */
  readonly url: string;
  /** Without credentials. */
  readonly headers: Headers;
  /** Headers that already contain the deployment's `extra_headers` (lists such as `anthropic-beta`), so that these do not replace them. */
  readonly merged?: Headers;
  readonly auth: AuthPlacement;
  /** All headers of the request, if they are the same for every call of the plan: always the very same object. */
  readonly whole?: Headers;
}

/** A stream of server-sent events, with the framing taken off. */
export interface EventStream {
  readonly frames: OpaqueMachine<string, SseFrame>;
  readonly chunks: OpaqueMachine<SseFrame, JsonObject>;
}

/**
 * A provider's wire format, as seen from the hub. The hub is OpenAI's chat dialect, as it is the reference's: a call in any client dialect
 * becomes a chat request, and that becomes the provider's request. So n dialects and m formats cost n + m converters, not n × m. Where the
 * client already speaks the provider's format, the hub is skipped.
 */
export interface ProviderFormat {
  readonly id: FormatId;
  /** `clientHeaders`: what a client may add to a provider's request (`anthropic-beta`). `body`: the provider's, made from `chat`. */
  readonly endpoint: (plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject) => Endpoint;
  /** Chat request → the provider's body, with parameters allowed, renamed and dropped by the row and the model's facts. */
  readonly request: (chat: JsonObject, plan: Plan, ambient: Ambient, clientHeaders?: Headers) => Outcome<JsonObject>;
  /**
   * The provider's 2xx answer → a chat completion. A body that cannot be used is `bad-upstream`. `chat` is the request that is answered: a
   * format that renamed tools, or forced one, undoes that here.
   */
  readonly response: (answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject) => Outcome<JsonObject>;
  /** Decoded text of the provider's stream, in pieces of any size → chat completion chunks. Framing included. */
  readonly stream: (plan: Plan, chat: JsonObject) => OpaqueMachine<string, JsonObject>;
  /**
   * The same in two parts, for server-sent events: of events that differ in their text alone not all have to be parsed (see spliceAlike).
   */
  readonly events?: (plan: Plan, chat: JsonObject) => EventStream | undefined;
  /** If it gives a machine, the stream is binary and the machine makes text of it. See CallTransform. */
  readonly decode?: (plan: Plan, chat: JsonObject) => OpaqueMachine<Uint8Array, string> | undefined;
  /** See CallTransform. */
  readonly namesModel?: NamesModel;
  /** The provider's answer with a status ≥ 400 → an error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
}
