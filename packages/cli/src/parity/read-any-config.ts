import { existsSync } from 'node:fs';
import { type Environment, formatIssue, loadConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { Exit } from '../serve/exit.ts';

const DEFAULT_FILES = ['config.yaml', 'config.example.yaml'];

/**
 * Reads a config to compare by, not to serve: protection that is not built stops nobody here.
 *
 * errors: throws Exit, 1 for a file that cannot be read, 2 for what stands in it.
 */
export function readAnyConfig(asked: string | undefined, env: Environment): { readonly file: string; readonly config: LoadedConfig } {
  const file = asked ?? DEFAULT_FILES.find((name) => existsSync(name));
  if (file === undefined) throw new Exit(1, `no ${DEFAULT_FILES.join(' or ')} in this folder; name one with --config FILE`);
  const outcome = load(file, env);
  if (!outcome.ok) throw new Exit(2, outcome.issues.map(formatIssue).join('\n'));
  return { file, config: outcome.config };
}

function load(file: string, env: Environment): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(file, { env });
  } catch (error) {
    throw new Exit(1, `cannot read the config: ${error instanceof Error ? error.message : String(error)}`);
  }
}
