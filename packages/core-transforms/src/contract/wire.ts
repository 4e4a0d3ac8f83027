import type { JsonObject } from './json.ts';
import type { RawObject } from '../json/raw-object.ts';

/** Header names in lower case, one value each (repeated ones are joined by `, ` before core sees them). */
export type Headers = Readonly<Record<string, string>>;

/**
 * Where a credential goes, never the credential itself. The engine fills it in when it sends, so that vectors, recordings and logs cannot
 * hold keys.
 */
export type AuthPlacement =
  | { readonly kind: 'none' }
  | KeyInHeader
  /** `?<name>=<key>` on the URL. */
  | { readonly kind: 'query'; readonly name: string }
  /** AWS Signature Version 4 over the whole request; a deployment with a key sends `authorization: Bearer <key>` instead. */
  | { readonly kind: 'aws-sigv4'; readonly service: string; readonly region: string }
  /**
   * `authorization: Bearer <token>`. The token is fetched from its issuer with the deployment's settings, unless they hold one. With `key`,
   * a deployment that has a plain key sends that instead.
   */
  | { readonly kind: 'token'; readonly issuer: TokenIssuer; readonly key?: KeyInHeader };

/** `<header>: <scheme> <key>`, or `<header>: <key>` when scheme is empty; `also` is a second header with the same value. */
export interface KeyInHeader {
  readonly kind: 'header';
  readonly header: string;
  readonly scheme: string;
  readonly also?: string;
}

/** Issuers of access tokens: Google (service account, ADC), Azure AD (client secret, managed identity), IBM Cloud IAM. */
export type TokenIssuer = 'google' | 'azure' | 'ibm';

/** A client's call as core sees it. */
export interface ClientCall {
  /** The JSON body, scanned once. */
  readonly body: RawObject;
  /** The client's headers that a transform may read: `anthropic-beta`, `anthropic-version` and such. Never credentials. */
  readonly headers: Headers;
  /** Starts empty. Without it everything is computed anew. */
  readonly memory?: CallMemory;
}

/**
 * What a transform remembers from a call's request for its answer. It changes speed, not results. It is part of the call because a WeakMap
 * beside it costs 2 µs a call (measured on a value of a call's size).
 */
export interface CallMemory {
  /** The call as a chat request. */
  chat?: JsonObject;
}

/** A request that is ready for the provider except for the credential. */
export interface ProviderRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Absolute, with query, percent-encoded. */
  readonly url: string;
  /** Without credentials, host and content-length; content-type included. */
  readonly headers: Headers;
  readonly auth: AuthPlacement;
  /** Text, or bytes where the client's own bytes pass through. */
  readonly body: string | Uint8Array;
}

/** A provider's whole answer, decoded. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A whole JSON answer for the client, with status 200. */
export interface ClientAnswer {
  /** JSON text, ready to send. */
  readonly body: string;
  /** What the provider counted, in its own form; absent when it counted nothing. */
  readonly usage?: JsonObject;
}
