import type { DialectId, FormPart, JsonObject, Outcome, StoredAction } from '@stagegate/core-transforms';
import type { ModelNames } from '../auth/index.ts';
import type { EnvelopeId } from '../errors/index.ts';
import type { CallAnswer, Caller, GatewayConfig, ManagedRoute, RouteAccess, StoreState } from '../ports/index.ts';
import type { FindDeployments } from '../routing/index.ts';

/** What every public route says of itself. Both shells loop over the list and know no route by name. */
interface RouteBase {
  /** The route's own path, as docs and migration rules name it. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Every path that leads here; `{name}` stands for one segment, `{name:path}` for one or more. */
  readonly paths: readonly string[];
  /** Who may use it. */
  readonly access: RouteAccess;
  /** How its errors look. */
  readonly envelope: EnvelopeId;
}

/** A route that calls a provider. */
export interface CallRoute extends RouteBase {
  readonly kind: 'call';
  readonly dialect: DialectId;
  /** The route's name in the reference's messages. */
  readonly referenceName: string;
  /** Members that must be there, and not null, before the model is looked up. */
  readonly required: readonly string[];
  /** Members that must be there, null or not, unless the deployment sets them. */
  readonly requiredUnlessSet: readonly string[];
  /** Whether `stream: true` means anything here. */
  readonly streams: boolean;
  /** What the route does with a stored response that the path names. Such a call has no body. */
  readonly stored?: StoredAction;
  /** Turns a form into the JSON body that it stands for, on a route that takes forms. */
  readonly toBody?: (parts: readonly FormPart[]) => Outcome<JsonObject>;
}

/** What a local route may read. */
export interface LocalView {
  readonly config: GatewayConfig;
  readonly findDeployments: FindDeployments;
  readonly modelNames: ModelNames;
  readonly caller: Caller;
  /** The value of `{model}` in the path, percent-decoded. */
  readonly pathModel: string | undefined;
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
  /** True once the gateway has begun to drain. */
  readonly closing: boolean;
  /** Undefined: there is no database. */
  readonly database: StoreState | undefined;
}

/** A route that the gateway answers without a provider. */
export interface LocalRoute extends RouteBase {
  readonly kind: 'local';
  readonly answer: (view: LocalView) => CallAnswer;
}

export type RouteContract = CallRoute | LocalRoute | ManagedRoute;
