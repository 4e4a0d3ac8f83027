import type { ModelFacts } from '../facts/model-facts.ts';
import type { ProviderRow } from '../providers/provider-row.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** The dialects of clients, one per kind of public route. */
export type DialectId =
  | 'openai-chat'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'anthropic-count-tokens'
  | 'mistral-ocr'
  | 'openai-embeddings'
  | 'openai-responses'
  /** What can be done with a response that its provider stores. */
  | 'openai-responses-stored';

/** The formats of providers: one wire format each, see `formats/`. */
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
  /** A way of a provider's to some of its models that is not built. */
  | 'none';

/** Settings of a deployment that shape a transform: the non-secret members of `litellm_params`. */
export interface DeploymentSettings {
  /** `drop_params`, deployment or global: drop what the model does not support instead of answering 400. */
  readonly dropParams: boolean;
  /** `additional_drop_params`: always dropped; names, or paths like `tools[*].strict`. */
  readonly additionalDropParams: readonly string[];
  /** `allowed_openai_params`: passed on even if the model is not known to support them. */
  readonly allowedOpenaiParams: readonly string[];
  /** `modify_params`: a transform may mend a request that the provider would refuse. */
  readonly modifyParams: boolean;
  /** `extra_headers` of the deployment, lower-case names. They win over the transform's own. */
  readonly extraHeaders: Readonly<Record<string, string>>;
  /**
   * Body members set in `litellm_params` (`temperature`, `max_tokens`, `extra_body` …): defaults that the client's own members override.
   */
  readonly defaults: JsonObject;
  /** Other non-secret provider options, as in `litellm_params` (`api_version`, `organization`, `region_name` …). */
  readonly options: Readonly<Record<string, JsonValue | undefined>>;
}

/** The settings of a deployment that sets none. */
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
 * One call to one deployment: everything a transform needs beside the body. Plain data, no secrets. The engine makes it once per attempt; a
 * retry on another deployment has another plan.
 */
export interface Plan {
  readonly dialect: DialectId;
  readonly provider: ProviderRow;
  /** The provider's own model name: `litellm_params.model` without its provider prefix. */
  readonly model: string;
  /** The public name of the group the deployment belongs to (`model_name`). */
  readonly modelGroup: string;
  /** The `model` that an answer shows; undefined: the provider's own (when the path named the model, as in the reference). */
  readonly answerModel: string | undefined;
  readonly stream: boolean;
  /** `api_base` of the deployment, or of its environment variable; undefined: the row's own base URL. No trailing slash. */
  readonly apiBase: string | undefined;
  readonly settings: DeploymentSettings;
  /** What the generated table knows of the model; undefined for a model it has never heard of. */
  readonly facts: ModelFacts | undefined;
  /** How ids of responses are shown and read; absent: as the provider gave them. */
  readonly ids?: ResponseIds;
  /** Whose encrypted reasoning the deployment can read, where that is checked; absent: reasoning is not marked, and all of it is sent. */
  readonly reasoning?: ReasoningMarks;
}

/** Only the account that encrypted reasoning came from can read it: it is marked with its deployment, in the reference's way. */
export interface ReasoningMarks {
  /** The deployment of this plan. */
  readonly deploymentId: string;
  /** Whether it can read what another deployment has encrypted. */
  readonly reads: (deploymentId: string) => boolean;
}

/**
 * Ids of responses as clients know them: sealed, with the deployment in them, so that a later call finds its deployment again. The engine
 * has the key. Equal ids give equal seals.
 */
export interface ResponseIds {
  readonly seal: (providerId: string) => string;
  /** The provider's own id; undefined for an id that was not sealed here. */
  readonly open: (id: string) => string | undefined;
}
