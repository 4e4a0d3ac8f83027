import { existsSync } from 'node:fs';
import {
  type ConfigContext,
  type Environment,
  formatIssue,
  loadConfig,
  type LoadedConfig,
  type MissingSetting,
} from '@stagegate/gateway-engine/config';
import { BadConfig, Exit } from './exit.ts';
import type { ServeOptions } from './options.ts';
import { wordFileError } from './word-file-error.ts';

/** A config that may be served, and its warnings. */
export interface ReadConfig {
  readonly file: string;
  readonly config: LoadedConfig;
  readonly warnings: readonly string[];
}

/** What a config is read with while the gateway serves. */
type MoreContext = Pick<ConfigContext, 'rows' | 'bytesMax'>;

const DEFAULT_FILES = ['config.yaml', 'config.example.yaml'];

/** Reads the config for `serve`. Throws Exit: 1 for a file that cannot be read, 2 for faults in it or guards that are not built. */
export function readConfig({ config: asked, shell, acceptMissing }: ServeOptions, env: Environment, more: MoreContext = {}): ReadConfig {
  const read = readConfigFile(asked, env, acceptMissing, more);
  const { missing, migration } = read.config;
  const relays = shell === 'front' && migration.referenceUrl !== undefined;
  if (missing.length > 0 && !relays) throw new Exit(2, wordMissing(missing));
  return read;
}

/** Reads the named config, else the one in this folder. Throws Exit: 1 for a file that cannot be read, 2 for faults in it. */
export function readConfigFile(
  asked: string | undefined,
  env: Environment,
  acceptMissing: readonly string[] = [],
  more: MoreContext = {},
): ReadConfig {
  const file = asked ?? DEFAULT_FILES.find((name) => existsSync(name));
  if (file === undefined) throw new Exit(1, `no ${DEFAULT_FILES.join(' or ')} in this folder; name one with --config FILE`);
  const outcome = load(file, { acceptMissing, env, ...more });
  if (!outcome.ok) throw new BadConfig(file, outcome.issues.map(formatIssue), outcome.warnings.map(formatIssue));
  return { file, config: outcome.config, warnings: outcome.warnings.map(formatIssue) };
}

function load(file: string, context: Omit<ConfigContext, 'file'>): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(file, context);
  } catch (error) {
    throw new Exit(1, `cannot read the config: ${wordFileError(file, error)}`);
  }
}

/** `litellm_settings.callbacks: presidio`: an entry of a list is shown beside its path. */
export function wordSetting(path: string, name: string): string {
  return path.endsWith(name) ? path : `${path}: ${name}`;
}

/** Why `serve` stops: each setting with its place, and what to do about it. */
function wordMissing(missing: readonly MissingSetting[]): string {
  const names = [...new Set(missing.map(({ name }) => name))];
  return [
    'the config asks for protection that Stagegate does not have yet:',
    ...missing.map(({ name, place, path }) => `  ${place} ${wordSetting(path, name)}`),
    `Serve without it: --accept-missing ${names.join(',')}`,
    'Or keep LiteLLM in charge of these calls: set migration.reference_url and serve with --shell front.',
  ].join('\n');
}
