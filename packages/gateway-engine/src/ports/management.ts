import type { JsonObject } from '@stagegate/core-transforms';
import type { CallAnswer } from './call.ts';
import type { Caller, RouteAccess } from './caller.ts';

/** A call on a management route, whose caller is known and has the role for it. */
export interface ManagedCall {
  readonly caller: Caller;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The values of the places in the route's path, by name, percent-decoded. */
  readonly places: Readonly<Record<string, string>>;
  /** An empty object for a call without a body. */
  readonly body: JsonObject;
  readonly header: (name: string) => string | undefined;
}

/** An answer that is no stream. */
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
  /** Answers the call, or refuses it. Rejects only for a bug. */
  readonly answer: (call: ManagedCall) => Promise<ManagedAnswer>;
}

/** The management API, behind a port. Every lane finds its routes here and hands calls over, without knowing what they do. */
export interface Management {
  readonly routes: readonly ManagedRoute[];
  readonly find: (method: string, path: string) => ManagedMatch | undefined;
}

export interface ManagedMatch {
  readonly route: ManagedRoute;
  readonly places: ManagedCall['places'];
}
