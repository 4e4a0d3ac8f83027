import type { Json, JsonRecord } from '../json.ts';

/** What the recording says of a case besides its data. */
export type VectorTag =
  | 'stream'
  | 'provider_error'
  | 'rejected_by_gateway'
  | 'unusable_provider_response'
  | 'error_in_stream'
  | 'degenerate_provider_data'
  | 'leaks_traceback';

/** One recorded call, as its file has it; `vectors/README.md` describes the members. Deep-frozen. */
export interface Vector {
  readonly id: string;
  readonly route: string;
  readonly provider: string;
  readonly model: string | null;
  readonly tags: readonly VectorTag[];
  readonly note?: string;
  readonly litellm_params: LitellmParams | null;
  readonly client_request: Json;
  readonly client_request_meta?: ClientRequestMeta;
  readonly provider_request: RecordedRequest | null;
  readonly provider_exchanges?: readonly RecordedExchange[];
  readonly provider_response?: RecordedBody;
  readonly provider_stream?: RecordedStream;
  readonly client_response?: RecordedBody;
  readonly client_stream?: RecordedText;
  readonly volatile: readonly string[];
}

/** A deployment's settings; only `model` is always there. */
export interface LitellmParams extends JsonRecord {
  readonly model: string;
}

/** An entry of `deployments.json`, which is an entry of LiteLLM's `model_list`. */
export interface Deployment extends JsonRecord {
  readonly model_name: string;
  readonly litellm_params: LitellmParams;
}

/** How the client's call differed from `POST <route>` with the master key. */
export interface ClientRequestMeta {
  readonly method?: string;
  readonly path?: string;
  /** An empty value means: not sent. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the reference sent to the provider. */
export interface RecordedRequest {
  readonly method: string;
  /** With query, percent-encoded as sent. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, `{"$text"}` or `{"$multipart"}`. */
  readonly body: Json;
}

/** A whole answer: one of the three bodies. */
export interface RecordedBody {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly body_text?: string;
  readonly body_base64?: string;
}

/** A streamed answer as text. */
export interface RecordedText {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A provider's streamed answer: text, or AWS event stream frames. */
export interface RecordedStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly messages?: readonly { readonly frame: string }[];
  /** `abort`: the connection was reset after these bytes. */
  readonly end?: 'abort';
}

/** One upstream call of several. */
export interface RecordedExchange {
  readonly request: RecordedRequest;
  readonly provider_response?: RecordedBody;
  readonly provider_stream?: RecordedStream;
}

/** A case and where it was found. */
export interface LoadedVector {
  /** `<route directory>/<provider>/<id>`: what a filter matches. */
  readonly path: string;
  readonly vector: Vector;
}
