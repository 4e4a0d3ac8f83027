import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, itemsOf, membersOf, nodeAt } from './config-node.ts';
import { words } from './known-keys.ts';
import { findNearName } from './near-name.ts';
import { classifyParam, OWN_PARAMS } from './param-names.ts';
import { toPattern } from './to-pattern.ts';
import { holdsModelLimits, isAskedFor, TOKEN_LIMITS } from './protecting-settings.ts';

/** Members of a row of `model_list`. */
const ROW_KEYS = words('model_name litellm_params model_info tpm rpm itpm otpm');

/**
 * Members of `litellm_params` by which the reference (LiteLLM 1.106.2) would make another call or give another answer, and which have no
 * effect here yet. A name leaves this list when its feature is built.
 */
const UNBUILT_PARAMS: ReadonlySet<string> = words(`
  adaptive_router_config adaptive_router_default_model allow_client_keepalive_override assistant_continue_message auto_router_config
  auto_router_config_path auto_router_default_model auto_router_embedding_model azure_ad_token_provider bos_token cache
  complexity_router_config complexity_router_default_model context_window_fallback_dict custom_prompt_dict
  disable_add_transform_inline_image_block enable_json_schema_validation ensure_alternating_roles eos_token fallbacks final_prompt_value
  force_timeout keepalive_seconds litellm_system_prompt merge_reasoning_content_in_choices model_alias_map prompt_environment prompt_id
  prompt_label prompt_variables prompt_version provider_affinity_header provider_specific_header quality_router_config
  quality_router_default_model retry_strategy silent_model ssl_verify stream_response stream_timeout_by_service_tier
  supports_system_message timeout_by_service_tier turn_off_message_logging use_chat_completions_api use_in_pass_through
  use_litellm_proxy use_xai_oauth user_continue_message
`);

/**
 * Members that have no effect in the reference either: the region is a customer's or a call's, and where data are kept is decided by the
 * host alone (`https://eu.api.openai.com`).
 */
const IDLE_PARAMS = words('allowed_model_region data_residency');

/** Switches that mean something only when off. */
const MEANT_WHEN_OFF = words('s3_verify ssl_check_hostname ssl_verify supports_system_message');

/** For settings that are not built: what has the same effect. */
const INSTEAD: Readonly<Record<string, string>> = {
  ssl_verify: "Node's NODE_EXTRA_CA_CERTS names certificates to trust",
  force_ipv4: "Node's --dns-result-order=ipv4first, in NODE_OPTIONS",
  model_alias_map: 'router_settings.model_group_alias gives a model another name',
};

/** The message for a setting that has no effect yet, with what has. */
export function notYet(name: string): string {
  const instead = INSTEAD[name];
  return instead === undefined ? 'one that it does not yet' : `one that it does not yet (${instead})`;
}

/** Whether a setting that is not built would change anything. */
export function asksForMore(name: string, member: ConfigNode): boolean {
  return MEANT_WHEN_OFF.has(name) ? member.content === false || typeof member.content === 'string' : isAskedFor(member);
}

/** Members of the rows of `model_list` that have no effect: not built, or probably misspelt. */
export function findIgnoredParams(root: ConfigNode): readonly ConfigIssue[] {
  const limitsIdle = !holdsModelLimits(root);
  const near = new Map<string, string | undefined>();
  const meantBy = (name: string): string | undefined => {
    if (!near.has(name)) near.set(name, findNearName(name, OWN_PARAMS));
    return near.get(name);
  };
  return (itemsOf(nodeAt(root, ['model_list'])) ?? []).flatMap((row, index) => {
    const path = ['model_list', index];
    const unknown = [...(membersOf(row)?.keys() ?? [])].filter((name) => !ROW_KEYS.has(name));
    return [
      ...unknown.map((name) => issueAt(root, [...path, name], [...ROW_KEYS].join(', '), 'an unknown one, which is ignored')),
      ...[...(membersOf(nodeAt(root, [...path, 'litellm_params'])) ?? [])].flatMap(([name, member]) => {
        const at = [...path, 'litellm_params', name];
        if (name === 'tag_regex') return badPatterns(root, at, member);
        if (UNBUILT_PARAMS.has(name))
          return asksForMore(name, member) ? [issueAt(root, at, 'a parameter that Stagegate acts on', notYet(name))] : [];
        if ((IDLE_PARAMS.has(name) || (limitsIdle && TOKEN_LIMITS.has(name))) && isAskedFor(member))
          return [issueAt(root, at, 'a setting that the reference acts on', 'one that it does nothing for')];
        const meant = classifyParam(name) === 'default' ? meantBy(name) : undefined;
        return meant === undefined
          ? []
          : [issueAt(root, at, `a parameter of the provider (${meant}?)`, `"${name}", which is sent to it as it is`)];
      }),
    ];
  });
}

/** Invalid entries in a list of regular expressions. */
function badPatterns(root: ConfigNode, path: readonly (string | number)[], list: ConfigNode): readonly ConfigIssue[] {
  return (itemsOf(list) ?? []).flatMap(({ content }, index) =>
    typeof content === 'string' && toPattern(content) === undefined
      ? [issueAt(root, [...path, index], 'a regular expression', `"${content}", which is none and is left out`)]
      : [],
  );
}
