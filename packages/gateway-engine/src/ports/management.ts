import type { JsonObject } from '@stagegate/core-transforms';
import type { CallAnswer } from './call.ts';
import type { Caller, RouteAccess } from './caller.ts';

/** A call on a route that manages the gateway, its caller known and let in by role. */
export interface ManagedCall {
  readonly caller: Caller;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What stands at the places of the route's path, by name, percent-decoded. */
  readonly places: Readonly<Record<string, string>>;
  /** An empty object for a call without a body. */
  readonly body: JsonObject;
  readonly header: (name: string) => string | undefined;
}

/** An answer that is whole from the start. */
export interface ManagedAnswer extends Pick<CallAnswer, 'status' | 'headers'> {
  readonly body: string | Uint8Array;
}

/** A route that manages the gateway: keys, teams, models, settings. */
export interface ManagedRoute {
  readonly kind: 'managed';
  /** Method and path, unique. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Every path that leads here; `{name}` stands for one segment, `{name:path}` for one or more. */
  readonly paths: readonly string[];
  readonly access: RouteAccess;
  readonly envelope: 'openai';
  /** Answers the call, also one that it refuses. Rejects for a bug alone. */
  readonly answer: (call: ManagedCall) => Promise<ManagedAnswer>;
}

/** The management API, behind a port: every lane finds its routes and hands calls over, and knows nothing of what they do. */
export interface Management {
  readonly routes: readonly ManagedRoute[];
  readonly find: (method: string, path: string) => ManagedMatch | undefined;
}

export interface ManagedMatch {
  readonly route: ManagedRoute;
  readonly places: ManagedCall['places'];
}
