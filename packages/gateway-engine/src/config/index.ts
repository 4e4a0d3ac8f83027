export { formatIssue, formatPlace, type ConfigIssue } from './config-issue.ts';
export type { Environment } from './env-refs.ts';
export { loadConfig, parseConfig, type ConfigContext } from './load-config.ts';
export type { ConfigOutcome, ConfiguredDeployment, LoadedConfig, UnservedDeployment } from './loaded-config.ts';
export { readProcessEnv } from './process-env.ts';
export type { MissingSetting } from './protecting-settings.ts';
export type { ExtraRow } from './stored-rows.ts';
export type { RedisRoles, RedisSettings } from './redis-settings.ts';
