import type { TransformError } from '../errors/transform-error.ts';
import type { SseFrame } from '../framing/sse.ts';
import type { Ambient } from './ambient.ts';
import type { NamesModel } from './call-transform.ts';
import type { JsonObject } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { FormatId, Plan } from './plan.ts';
import type { OpaqueMachine } from './stream-machine.ts';
import type { AuthPlacement, Headers, ProviderAnswer } from './wire.ts';

/** Where one call goes, and with what besides its body. */
export interface Endpoint {
  /** Absolute, with query. */
  readonly url: string;
  /** Without credentials. */
  readonly headers: Headers;
  /** Headers that hold the deployment's `extra_headers` already (a set such as `anthropic-beta`), so that those do not win over them. */
  readonly merged?: Headers;
  readonly auth: AuthPlacement;
  /** All headers of the request, where they are the same for every call of the plan: then they are these, and the very same object each time. */
  readonly whole?: Headers;
}

/** A stream of server-sent events, its framing apart. */
export interface EventStream {
  readonly frames: OpaqueMachine<string, SseFrame>;
  readonly chunks: OpaqueMachine<SseFrame, JsonObject>;
}

/**
 * A provider's wire dialect, seen from the hub. The hub is OpenAI's chat dialect, as it is the reference's: a call in any
 * client dialect becomes a chat request, a chat request becomes a provider's, and back. n dialects and m formats cost n + m
 * converters, not n × m; where the client already speaks the provider's dialect the hub is skipped (see NativeTransform).
 */
export interface ProviderFormat {
  readonly id: FormatId;
  /** `clientHeaders` holds what a client may add to a provider's request (`anthropic-beta`); `body` is the provider's, made from `chat`. */
  readonly endpoint: (plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject) => Endpoint;
  /** Chat request → the provider's body, parameters allowed, renamed and dropped by row and facts. `clientHeaders` as for `endpoint`. */
  readonly request: (chat: JsonObject, plan: Plan, ambient: Ambient, clientHeaders?: Headers) => Outcome<JsonObject>;
  /**
   * The provider's 2xx answer → a chat completion. A body that cannot be used is `bad-upstream`. `chat` is the request that
   * is being answered: a format that renames tools or forces one on the way out takes it back here.
   */
  readonly response: (answer: ProviderAnswer, plan: Plan, ambient: Ambient, chat: JsonObject) => Outcome<JsonObject>;
  /** Decoded text of the provider's stream, in pieces of any size → chat completion chunks. Framing included. */
  readonly stream: (plan: Plan, chat: JsonObject) => OpaqueMachine<string, JsonObject>;
  /** The same in two parts, where the stream is server-sent events: events that are alike need not all be read (see spliceAlike). */
  readonly events?: (plan: Plan, chat: JsonObject) => EventStream | undefined;
  /** Where it gives a machine, the stream is binary and the machine makes text of it. See CallTransform. */
  readonly decode?: (plan: Plan, chat: JsonObject) => OpaqueMachine<Uint8Array, string> | undefined;
  /** See CallTransform. */
  readonly namesModel?: NamesModel;
  /** The provider's answer with a status ≥ 400 → an error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
}
