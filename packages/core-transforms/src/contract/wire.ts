import type { JsonObject } from './json.ts';
import type { RawObject } from '../json/raw-object.ts';

/** Header names in lower case, one value each (repeated ones are joined by `, ` before core sees them). */
export type Headers = Readonly<Record<string, string>>;

/**
 * Where a credential goes, never the credential itself: the engine fills it in at send, so that vectors, recordings
 * and logs cannot hold keys.
 */
export type AuthPlacement =
  | { readonly kind: 'none' }
  /** `<header>: <scheme> <key>`, or `<header>: <key>` when scheme is empty. */
  | { readonly kind: 'header'; readonly header: string; readonly scheme: string }
  /** `?<name>=<key>` on the URL. */
  | { readonly kind: 'query'; readonly name: string };

/** A client's call as core sees it. */
export interface ClientCall {
  /** The JSON body, scanned once. */
  readonly body: RawObject;
  /** The client's headers that a transform may read: `anthropic-beta`, `anthropic-version` and such. Never credentials. */
  readonly headers: Headers;
}

/** A request ready for the provider, but for the credential. */
export interface ProviderRequest {
  readonly method: 'POST' | 'GET';
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
  /** What the provider counted, as it said it; absent when it said nothing. */
  readonly usage?: JsonObject;
}
