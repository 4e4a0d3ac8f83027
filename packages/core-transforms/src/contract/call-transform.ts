import type { TransformError } from '../errors/transform-error.ts';
import type { Ambient } from './ambient.ts';
import type { JsonValue } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { OpaqueMachine } from './stream-machine.ts';
import type { ClientAnswer, ClientCall, ProviderAnswer, ProviderRequest } from './wire.ts';

/**
 * Everything core does for one call, whatever the dialects. A lane takes its transforms as an argument of this shape, so that a test can
 * break the transforms of one lane and not of another.
 */
export interface CallTransform {
  /** Client body → provider request. `declined` means that nothing was sent and another lane may serve the call. */
  readonly request: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ProviderRequest>;
  /** Provider answer with a 2xx status → client answer. */
  readonly response: (answer: ProviderAnswer, call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /**
   * Decoded text of the provider's stream, in pieces of any size → text for the client. The output does not depend on where the pieces were
   * cut. Nothing comes out before the provider's first event is understood, so that an error in it can still become an HTTP status.
   */
  readonly stream: (call: ClientCall, plan: Plan) => OpaqueMachine<string, string>;
  /** For a binary stream, the machine that makes the text which `stream` takes. Absent, or undefined for a call: the stream is UTF-8. */
  readonly decode?: (call: ClientCall, plan: Plan) => OpaqueMachine<Uint8Array, string> | undefined;
  /** Provider answer with a status ≥ 400 → error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
  /** If present, it answers the call alone: nothing is sent to a provider, and `request` is not called. */
  readonly local?: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /**
   * If present, it answers in place of a provider that refused, could not be reached, or gave something unusable. It fails for a call that
   * is itself wrong: then the first error stands.
   */
  readonly recover?: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /** Which answers are charged by the model that they name rather than the one that was asked for: whole ones, or streams, too. */
  readonly namesModel?: NamesModel;
  /** True: the call's `service_tier` is not sent, and so must not be charged. */
  readonly dropsTier?: true;
  /** If present, a call of several inputs may be split into one call per input. */
  readonly parts?: CallParts;
}

/**
 * Which answers name the model that they are charged by. Source: LiteLLM 1.106.2, what its transformations leave in `ModelResponse.model`.
 */
export type NamesModel = 'whole' | 'always';

/** Splits a call into parts, and joins their answers. */
export interface CallParts {
  /** The inputs that can be asked for by themselves; undefined when only all of them together have an answer. */
  readonly inputs: (call: ClientCall, plan: Plan) => readonly JsonValue[] | undefined;
  /** The call with these inputs instead of its own. */
  readonly withInputs: (call: ClientCall, inputs: readonly JsonValue[]) => ClientCall;
  /** Whether the provider takes only one input per request, so that a call becomes several requests, one after the other. */
  readonly takesOne: (plan: Plan) => boolean;
  /** Joins our answers to parts, in their order. */
  readonly join: (answers: readonly string[]) => ClientAnswer;
}

/** Picks the transform for a plan; `declined` when core has none from the client's dialect to the provider's format. */
export type ChooseTransform = (plan: Plan) => Outcome<CallTransform>;
