import { isObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { REFERENCE_VERSION } from '../../text/index.ts';

/** GET /public/model_hub/info: title and links beside the list of public models. */
export async function showHub({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { litellm_settings: settings } = config.shown;
  const links = isObject(settings) ? settings['public_model_groups_links'] : undefined;
  return {
    docs_title: 'LiteLLM API',
    custom_docs_description: null,
    litellm_version: REFERENCE_VERSION,
    useful_links: isObject(links) ? links : {},
  };
}

/** GET /public/agent_hub, GET /public/mcp_hub: there are none here. */
export async function listNone(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return [];
}

/** GET /public/skill_hub: there are none here either. */
export async function listNoSkills(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { plugins: [], count: 0 };
}
