import type { DeploymentSettings } from '@stagegate/core-transforms';
import type { GatewayConfig } from '../ports/index.ts';
import type { HeaderView } from './header-view.ts';

const CLAUDE_CODE = /^claude-(?:cli|code)\//u;
const CODEX = /^codex[-_ /]/iu;

/** Whether a call comes from Claude Code, which names itself in two ways. */
export function isClaudeCode(headers: HeaderView): boolean {
  return CLAUDE_CODE.test(headers.header('user-agent') ?? '');
}

/**
 * Whether parameters that a model does not take are dropped for this call's client alone. Claude Code and Codex send those of their own
 * provider (`thinking`, `service_tier` …) whatever model they are pointed at; what `litellm_settings.drop_params` says, or the body, holds.
 *
 * source: LiteLLM 1.106.2, litellm_pre_call_utils.py `should_auto_drop_params_for_agentic_cli`, read 2026-11-30.
 */
export function dropsForAgent({ dropParamsSet }: GatewayConfig, headers: HeaderView): boolean {
  return dropParamsSet !== true && (isClaudeCode(headers) || CODEX.test(headers.header('user-agent') ?? ''));
}

/** A deployment's settings, as they are for such a client. */
export function settingsForAgent(settings: DeploymentSettings): DeploymentSettings {
  return settings.dropParams ? settings : { ...settings, dropParams: true };
}
