/** A provider's model names in the table of model facts, if they differ from `provider/model`. */
export interface FactNaming {
  /** Sections of the table that speak for this provider beside its own; a trailing `*` matches any rest. */
  readonly sections?: readonly string[];
  /**
   * What comes off a name that is not found as it stands; default `snapshot-date` (`-2024-08-06`, or a fine-tune's owner, suffix and id).
   */
  readonly strip?: 'version-number' | 'bedrock-id';
  /** Put before a bare name as the last attempt. */
  readonly longPrefix?: string;
  /** Flags that all models of the provider have unless the table denies them. */
  readonly impliedFlags?: readonly string[];
}

/** By provider id. Source: LiteLLM 1.106.2, utils.py `_check_provider_match` and `_strip_model_name`, read 2026-11-23. */
export const FACT_NAMINGS: Readonly<Record<string, FactNaming>> = {
  azure_ai: { sections: ['azure', 'openai'] },
  bedrock: { sections: ['bedrock*'], strip: 'bedrock-id' },
  bedrock_converse: { sections: ['bedrock*'], strip: 'bedrock-id' },
  bedrock_mantle: { sections: ['bedrock*'] },
  databricks: { strip: 'version-number' },
  fireworks_ai: {
    sections: ['fireworks_ai*'],
    longPrefix: 'accounts/fireworks/models/',
    impliedFlags: ['function_calling', 'prompt_caching'],
  },
  gemini: { strip: 'version-number' },
  github: { sections: ['*'] },
  litellm_proxy: { sections: ['*'] },
  nadir: { sections: ['*'] },
  vertex_ai: { sections: ['vertex_ai*'], strip: 'version-number' },
  vertex_ai_beta: { sections: ['vertex_ai*'], strip: 'version-number', longPrefix: 'vertex_ai/' },
  xai: { impliedFlags: ['web_search'] },
};
