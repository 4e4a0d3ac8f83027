import type { Environment } from './env-refs.ts';
import type { ParsedConfig } from './parsed-config.ts';

/** How the gateway tells what it does. */
export interface LogSettings {
  readonly level: 'info' | 'warn' | 'error';
  /** JSON, also at a terminal; everywhere else it is JSON anyhow. */
  readonly isJson: boolean;
}

const LEVELS: Readonly<Record<string, LogSettings['level']>> = {
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
  FATAL: 'error',
};

/**
 * `litellm_settings.json_logs`, and the variables of the same meaning: JSON_LOGS, and LITELLM_LOG for what is left out.
 *
 * source: LiteLLM 1.106.2, _logging.py.
 */
export function toLogSettings({ litellm_settings: settings }: ParsedConfig, env: Environment): LogSettings {
  return {
    level: LEVELS[env['LITELLM_LOG']?.toUpperCase() ?? ''] ?? 'info',
    // Not isOn: the reference takes this variable with no space around it.
    isJson: settings?.json_logs === true || env['JSON_LOGS']?.toLowerCase() === 'true',
  };
}
