import type { ModelFacts } from '../facts/model-facts.ts';
import type { ProviderRow } from '../providers/provider-row.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** Client dialects: how a public route is spoken. */
export type DialectId =
  | 'openai-chat'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'anthropic-count-tokens'
  | 'mistral-ocr'
  | 'openai-embeddings'
  | 'openai-responses'
  /** What is done with a response that its provider keeps. */
  | 'openai-responses-stored';

/** Provider dialects: one wire format each, see `formats/`. */
export type FormatId =
  | 'openai-chat'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'anthropic-count-tokens'
  | 'cohere-chat'
  | 'cohere-embed'
  | 'mistral-ocr'
  | 'ollama-chat'
  | 'ollama-generate'
  | 'ollama-embed'
  | 'openai-embeddings'
  | 'openai-responses'
  | 'bedrock-converse'
  | 'bedrock-invoke'
  | 'bedrock-nova'
  | 'bedrock-text'
  | 'bedrock-embed'
  | 'bedrock-count-tokens'
  | 'vertex-anthropic'
  | 'vertex-count-tokens'
  | 'vertex-chat'
  | 'gemini-generate'
  | 'gemini-embed'
  | 'huggingface-embed'
  | 'perplexity-embed'
  | 'voyage-multimodal'
  | 'vertex-embed'
  | 'watsonx-embed'
  /** What no format here serves: a provider's way to some models that is not built. */
  | 'none';

/** A deployment's settings that shape a transform; all of them non-secret members of `litellm_params`. */
export interface DeploymentSettings {
  /** `drop_params`, deployment or global: drop what the model does not support instead of answering 400. */
  readonly dropParams: boolean;
  /** `additional_drop_params`: dropped always; names or JSON-path-like `tools[*].strict`. */
  readonly additionalDropParams: readonly string[];
  /** `allowed_openai_params`: passed on even when the model is not known to support them. */
  readonly allowedOpenaiParams: readonly string[];
  /** `modify_params`: let a transform mend a request that the provider would refuse. */
  readonly modifyParams: boolean;
  /** `extra_headers` of the deployment, lower-case names. They win over the transform's own. */
  readonly extraHeaders: Readonly<Record<string, string>>;
  /** Body members set in `litellm_params` (`temperature`, `max_tokens`, `extra_body` …): defaults that the client's own members override. */
  readonly defaults: JsonObject;
  /** Other non-secret provider options, as they stand in `litellm_params` (`api_version`, `organization`, `region_name` …). */
  readonly options: Readonly<Record<string, JsonValue | undefined>>;
}

/** Of a deployment that sets nothing. */
export const NO_SETTINGS: DeploymentSettings = {
  dropParams: false,
  additionalDropParams: [],
  allowedOpenaiParams: [],
  modifyParams: false,
  extraHeaders: {},
  defaults: {},
  options: {},
};

/**
 * One call to one deployment: everything a transform needs beside the body. Plain data, no secrets.
 * The engine makes it once per attempt; a retry on another deployment is another plan.
 */
export interface Plan {
  readonly dialect: DialectId;
  readonly provider: ProviderRow;
  /** The provider's own model name: `litellm_params.model` without its provider prefix. */
  readonly model: string;
  /** The public name of the group the deployment belongs to (`model_name`). */
  readonly modelGroup: string;
  /** The `model` an answer shows; undefined keeps the provider's own (when the model came from the path, as the reference does). */
  readonly answerModel: string | undefined;
  readonly stream: boolean;
  /** `api_base` of the deployment or its environment variable; undefined means the row's own base URL. No trailing slash. */
  readonly apiBase: string | undefined;
  readonly settings: DeploymentSettings;
  /** What the generated table knows of the model; undefined for a model it has never heard of. */
  readonly facts: ModelFacts | undefined;
  /** How ids of responses are shown and read; absent: as the provider gave them. */
  readonly ids?: ResponseIds;
  /** Whose encrypted reasoning the deployment reads, where that is minded; absent: none is marked, and all is sent. */
  readonly reasoning?: ReasoningMarks;
}

/** Encrypted reasoning is read by nobody but the account that it came from: it is marked with its deployment, as the reference marks it. */
export interface ReasoningMarks {
  /** The deployment that is asked. */
  readonly deploymentId: string;
  /** Whether it reads what another has encrypted. */
  readonly reads: (deploymentId: string) => boolean;
}

/**
 * Ids of responses as clients know them: sealed, with the deployment in them, so that a response finds its deployment again.
 * The engine holds the key; equal ids give equal seals.
 */
export interface ResponseIds {
  readonly seal: (providerId: string) => string;
  /** The provider's own id; undefined for one that was not sealed here. */
  readonly open: (id: string) => string | undefined;
}
