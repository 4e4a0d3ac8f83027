import type { JsonObject } from '@stagegate/core-transforms';
import { parseConfig, type ConfiguredDeployment, type LoadedConfig } from '../config/index.ts';

/**
 * Reads one row of a `model_list` as a configuration of its own, without any environment.
 *
 * out: what is wrong with the row, in the words of the config file's own check, instead.
 */
export function readRow(row: JsonObject): { readonly config: LoadedConfig; readonly deployment: ConfiguredDeployment } | string {
  const outcome = parseConfig({ model_list: [row] }, { env: {}, file: 'row' });
  if (!outcome.ok) return outcome.issues.map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`).join('; ');
  const { config } = outcome;
  const [missing] = config.missing;
  if (missing !== undefined) return `${missing.path}: not built in Stagegate`;
  const [deployment] = config.deployments;
  return deployment === undefined ? (config.unserved[0]?.why ?? 'it is for another environment') : { config, deployment };
}
