import type { Environment, ExtraRow, LoadedConfig } from '@stagegate/gateway-engine/config';
import { unservedMode } from '@stagegate/gateway-engine/health';
import { DEMO_VARIABLE } from '../demo/demo-upstream.ts';
import { type ReadConfig, readConfigFile, wordSetting } from '../serve/read-config.ts';
import type { Check } from './check.ts';

/** Checks the config file: what it has, what is not understood, what is not built, and which models lack something. */
export function checkConfig({ file, config, warnings }: ReadConfig): readonly Check[] {
  const { deployments, unserved, missing, migration } = config;
  const relays = migration.referenceUrl !== undefined;
  return [
    { name: 'config', state: 'ok', says: `${file}: ${deployments.length} deployment${deployments.length === 1 ? '' : 's'}` },
    ...warnings.map((says): Check => ({ name: 'config', state: 'warning', says })),
    ...missing.map(({ name, place, path }): Check => ({
      name: 'unsupported',
      state: relays ? 'warning' : 'problem',
      says: `${place} ${wordSetting(path, name)}: not built yet; ${relays ? 'what it guards is left to the reference' : `serve needs --accept-missing ${name}`}`,
    })),
    ...unserved.map(({ modelGroup, why }): Check => ({ name: 'model', state: 'warning', says: `${modelGroup}: ${why}` })),
    ...deployments.flatMap((deployment): Check[] => {
      const why = unservedMode(deployment);
      return why === undefined ? [] : [{ name: 'model', state: 'warning', says: `${deployment.modelGroup}: ${why}` }];
    }),
    ...deployments.flatMap(({ modelGroup, needs }): Check[] =>
      needs === undefined || needs === DEMO_VARIABLE ? [] : [{ name: 'model', state: 'warning', says: `${modelGroup}: needs ${needs}` }],
    ),
  ];
}

/** Checks what the database adds to the configuration. */
export function checkStoredRows(read: ReadConfig, rows: readonly ExtraRow[], env: Environment): readonly Check[] {
  const said = new Set(checkConfig(read).map(({ says }) => says));
  return checkConfig(readConfigFile(read.file, env, [], { rows })).filter(({ state, says }) => state !== 'ok' && !said.has(says));
}

/** Checks the key that secrets are sealed with, where any are stored. */
export function checkSaltKey({ saltKey, database }: LoadedConfig): readonly Check[] {
  if (saltKey !== undefined) return [{ name: 'salt key', state: 'ok', says: 'LITELLM_SALT_KEY is set' }];
  if (!database.storesModels) return [];
  const says = 'LITELLM_SALT_KEY is not set: secrets in the database are sealed with the master key, and lost with it';
  return [{ name: 'salt key', state: 'warning', says }];
}
