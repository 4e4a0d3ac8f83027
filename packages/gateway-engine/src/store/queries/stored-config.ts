import { parseJson } from '@stagegate/core-transforms';
import type { Cipher } from '../cipher.ts';
import type { Database } from '../pool.ts';
import { inArray } from 'drizzle-orm';
import { configSettings, credentials, proxyModels } from '../schema/index.ts';
import { readStoredGuards, type StoredGuard } from './stored-guards.ts';

const SECTIONS = ['general_settings', 'litellm_settings', 'router_settings'] as const;

const NOUNS = { guardrails: 'guardrail', policies: 'policy' } as const;

/** An entry of the stored configuration: its section, its name in messages, and its value, which may hold secrets. */
export interface StoredRow {
  readonly section: 'model_list' | 'credential_list' | StoredGuard['section'] | (typeof SECTIONS)[number];
  readonly name: string;
  readonly value: object;
}

/**
 * Reads deployments, credentials, settings and guards in the form of a config file, with texts decrypted; plain texts are kept as they are.
 * Of guards only the names are read: they are not built, and a name is enough to stop the start.
 *
 * errors: throws what the driver throws.
 * cost:   a few queries over whole tables.
 */
export async function readStoredConfig(database: Database, cipher: Cipher): Promise<readonly StoredRow[]> {
  const models = await database
    .select({
      model_id: proxyModels.model_id,
      model_name: proxyModels.model_name,
      litellm_params: proxyModels.litellm_params,
      model_info: proxyModels.model_info,
      blocked: proxyModels.blocked,
    })
    .from(proxyModels)
    .orderBy(proxyModels.created_at, proxyModels.model_id);
  const named = await database
    .select({ name: credentials.credential_name, values: credentials.credential_values })
    .from(credentials)
    .orderBy(credentials.credential_name);
  const settings = await database
    .select({ name: configSettings.param_name, value: configSettings.param_value })
    .from(configSettings)
    .where(inArray(configSettings.param_name, [...SECTIONS]));
  const guards = await readStoredGuards(database);
  return [
    ...guards.map(({ section, name }): StoredRow => ({ section, name: `${NOUNS[section]} ${name} of the database`, value: { name } })),
    ...settings.flatMap(({ name, value }): StoredRow[] => {
      const section = SECTIONS.find((known) => known === name);
      return section === undefined ? [] : [{ section, name: `${name} of the database`, value: membersOf(value) }];
    }),
    ...named.map(({ name, values }): StoredRow => ({
      section: 'credential_list',
      name: `credential ${name} of the database`,
      value: { credential_name: name, credential_values: openAll(values, cipher) },
    })),
    ...models.map(({ model_id: id, model_name, litellm_params: params, model_info: info, blocked }): StoredRow => ({
      section: 'model_list',
      name: `model ${id} of the database`,
      value: { model_name, litellm_params: openAll(params, cipher), model_info: { ...membersOf(info), id, db_model: true, blocked } },
    })),
  ];
}

function openAll(values: unknown, cipher: Cipher): Record<string, unknown> {
  const opened = Object.entries(membersOf(values)).map(([name, value]) => [
    name,
    typeof value === 'string' ? (cipher.open(value) ?? value) : value,
  ]);
  return Object.fromEntries(opened);
}

/** The members of a column. LiteLLM writes some columns as JSON, and some as a string of JSON. */
function membersOf(value: unknown): Record<string, unknown> {
  const parsed: unknown = typeof value === 'string' ? parseJson(value) : value;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
}
