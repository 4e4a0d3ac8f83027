import type { JsonValue } from '@stagegate/core-transforms';

/** A request that was, or should be, sent to a provider. */
export interface RequestRecord {
  readonly method: string;
  /** With query, percent-encoding as sent. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, `{"$text": …}` for other text, `{"$multipart": […]}` for a form. */
  readonly body: JsonValue;
}

/** An answer as a client sees it. */
export type AnswerRecord =
  | { readonly kind: 'json'; readonly status: number; readonly body: JsonValue }
  | { readonly kind: 'stream'; readonly status: number; readonly text: string }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'bytes'; readonly status: number; readonly base64: string };
