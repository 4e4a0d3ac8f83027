import type { TransformError } from '../errors/transform-error.ts';
import type { Ambient } from './ambient.ts';
import type { JsonValue } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { OpaqueMachine } from './stream-machine.ts';
import type { ClientAnswer, ClientCall, ProviderAnswer, ProviderRequest } from './wire.ts';

/**
 * Everything core does for one call, whichever dialects meet. A lane takes its transforms as an argument of this shape,
 * so that a test can break one lane's and not the other's.
 */
export interface CallTransform {
  /** Client body → provider request. `declined` here means: nothing was sent, another lane may serve it. */
  readonly request: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ProviderRequest>;
  /** Provider answer with a 2xx status → client answer. */
  readonly response: (answer: ProviderAnswer, call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /**
   * Decoded text of the provider's stream, in pieces of any size → text for the client. Output does not depend on where
   * the pieces were cut. Nothing comes out before the provider's first event is understood, so that an error in it can
   * still become an HTTP status.
   */
  readonly stream: (call: ClientCall, plan: Plan) => OpaqueMachine<string, string>;
  /**
   * Where it gives a machine, the provider's stream is binary, and the machine's text is what `stream` takes. Absent, or
   * undefined for a call, the stream is UTF-8.
   */
  readonly decode?: (call: ClientCall, plan: Plan) => OpaqueMachine<Uint8Array, string> | undefined;
  /** Provider answer with a status ≥ 400 → error. */
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
  /** Where it is there, the call is answered by it alone: nothing is sent to a provider, and `request` is not called. */
  readonly local?: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /**
   * Where it is there, it answers in place of a provider that refused, could not be reached or gave what cannot be used. For a
   * call that is wrong in itself it fails, and the first error stands.
   */
  readonly recover?: (call: ClientCall, plan: Plan, ambient: Ambient) => Outcome<ClientAnswer>;
  /** Whose answers are charged by what the provider calls their model, rather than by what it was asked for: whole ones, or streams too. */
  readonly namesModel?: NamesModel;
  /** The call's `service_tier` is not sent, so that nobody is charged for it. */
  readonly dropsTier?: true;
  /** Where it is there, a call may be as many calls as it has inputs. */
  readonly parts?: CallParts;
}

/** Answers whose word for the model counts. Source: LiteLLM 1.106.2, what its transformations leave in `ModelResponse.model`. */
export type NamesModel = 'whole' | 'always';

/** How a call is taken apart, and what comes of it put together. */
export interface CallParts {
  /** What is asked, each by itself; undefined when only all together have an answer. */
  readonly inputs: (call: ClientCall, plan: Plan) => readonly JsonValue[] | undefined;
  /** The call with these inputs in place of its own. */
  readonly withInputs: (call: ClientCall, inputs: readonly JsonValue[]) => ClientCall;
  /** Whether the provider takes no more than one input a request: then a call becomes one request after another. */
  readonly takesOne: (plan: Plan) => boolean;
  /** Our answers to parts, in their order, as one. */
  readonly join: (answers: readonly string[]) => ClientAnswer;
}

/** Picks the transform for a plan; `declined` when core knows no crossing from the client's dialect to the provider's format. */
export type ChooseTransform = (plan: Plan) => Outcome<CallTransform>;
