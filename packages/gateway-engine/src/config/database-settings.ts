import { type Environment, isOn } from './env-refs.ts';
import type { ParsedConfig } from './parsed-config.ts';

/** Which database is used, and what is read from it. */
export interface DatabaseSettings {
  /** Undefined: none is configured. It holds a password. */
  readonly url: string | undefined;
  /** Undefined: the store's default. */
  readonly connectionsMax: number | undefined;
  /** Whether models, credentials and settings are read from the database, too. */
  readonly storesModels: boolean;
  readonly pollSeconds: number;
  /** How new secrets are encrypted. Both ways are read. */
  readonly cipher: 'secretbox' | 'gcm';
}

const POLL_SECONDS = 30;

/**
 * The database that the file names, else the one the environment names, whole or in parts.
 *
 * source: LiteLLM 1.106.2, proxy_cli.py and utils.py `construct_database_url_from_env_vars`.
 */
export function toDatabaseSettings({ general_settings: general }: ParsedConfig, env: Environment): DatabaseSettings {
  const limit = general?.database_connection_pool_limit ?? 0;
  const stores = env['STORE_MODEL_IN_DB'];
  return {
    url: [general?.database_url ?? undefined, env['DATABASE_URL'], fromParts(env)].find((url) => url !== undefined && url !== ''),
    connectionsMax: limit >= 1 ? Math.floor(limit) : undefined,
    storesModels: stores === undefined || stores === '' ? general?.store_model_in_db === true : isOn(stores),
    cipher: general?.encryption_algorithm?.toLowerCase() === 'aes-256-gcm' ? 'gcm' : 'secretbox',
    pollSeconds: general?.proxy_config_reload_interval_seconds || POLL_SECONDS,
  };
}

function fromParts({
  DATABASE_HOST: host = '',
  DATABASE_USERNAME: user = '',
  DATABASE_PASSWORD: password = '',
  DATABASE_NAME: name = '',
  DATABASE_SCHEMA: schema = '',
}: Environment): string | undefined {
  if (host === '' || user === '' || name === '') return undefined;
  const who = [user, password].filter((part) => part !== '').map(encodeURIComponent);
  return `postgresql://${who.join(':')}@${host}/${encodeURIComponent(name)}${schema === '' ? '' : `?schema=${encodeURIComponent(schema)}`}`;
}
