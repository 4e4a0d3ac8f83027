import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { words } from '../../config/known-keys.ts';
import { maskSettings } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { ask, type ManagementParts, type StoredParts } from '../parts.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { ROUTER_FIELDS, ROUTING_STRATEGIES } from './router-fields.data.ts';
import { findStored } from './stored-settings.ts';

/** GET /config/yaml: the config, without secrets. */
export async function showConfig({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return config.shown;
}

/** The members of `general_settings` that the admin page shows, by type. Source: LiteLLM 1.106.2, the types of its config list. */
const GENERAL_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  Integer: words('max_parallel_requests global_max_parallel_requests max_request_size_mb proxy_config_reload_interval_seconds'),
  Boolean: words('store_model_in_db allow_client_side_credentials forward_client_headers_to_llm_api always_include_stream_usage'),
  String: words('litellm_key_header_name user_header_name database_connection_pool_limit encryption_algorithm'),
  List: words('allowed_routes admin_only_routes public_routes allowed_ips'),
};

/** GET /config/list */
export async function listSettings(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  if (readText(query, 'config_type') !== 'general_settings') {
    throw refuseInvalid([{ type: 'literal_error', loc: ['query', 'config_type'], msg: "Input should be 'general_settings'" }]);
  }
  const { file, stored } = await readSection(parts, 'general_settings');
  return Object.entries(GENERAL_FIELDS).flatMap(([type, names]) =>
    [...names].map((name) => ({
      ...shownSetting(name, file, stored),
      field_type: type,
      field_description: '',
      stored_in_db: Object.hasOwn(stored, name) ? true : Object.hasOwn(file, name) ? false : null,
      field_default_value: null,
      premium_field: false,
      nested_fields: null,
      field_options: null,
      field_tab: null,
    })),
  );
}

/** GET /config/field/info: one setting of `general_settings`. */
export async function showSetting(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const name = query.get('field_name');
  if (name === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'field_name'], msg: 'Field required' }]);
  const { file, stored } = await readSection(parts, 'general_settings');
  const setting = shownSetting(name, file, stored);
  if (setting.source === 'unset') throw refuseInDetail(400, { error: `Field name=${name} is not set` });
  return setting;
}

interface ShownSetting {
  readonly field_name: string;
  readonly field_value: JsonValue;
  readonly source: 'config' | 'db' | 'unset';
  readonly editable: boolean;
}

/** A setting and its source; the config file wins over the database. */
function shownSetting(name: string, file: JsonObject, stored: JsonObject): ShownSetting {
  const source = Object.hasOwn(file, name) ? 'config' : Object.hasOwn(stored, name) ? 'db' : 'unset';
  const value = source === 'config' ? file[name] : source === 'db' ? stored[name] : undefined;
  return { field_name: name, field_value: value ?? null, source, editable: source !== 'config' };
}

async function readSection(parts: StoredParts, section: string): Promise<{ readonly file: JsonObject; readonly stored: JsonObject }> {
  const stored = await ask(parts, (database) => findStored(database, section));
  const file = parts.config.shown[section];
  return { file: isObject(file) ? file : {}, stored: maskSettings(stored) };
}

/** GET /router/settings: the fields of the router and their current values. */
export async function showRouterSettings(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const { file, stored } = await readSection(parts, 'router_settings');
  const current = { ...stored, ...file };
  const source = (name: string): string => (Object.hasOwn(file, name) ? 'config' : 'db');
  return {
    ...routerFields((name) => current[name] ?? null),
    current_values: current,
    source: Object.fromEntries(Object.keys(current).map((name) => [name, source(name)])),
  };
}

/** GET /router/fields */
export async function showRouterFields(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return routerFields(() => null);
}

function routerFields(valueOf: (name: string) => JsonValue): object {
  const strategies = Object.keys(ROUTING_STRATEGIES);
  return {
    fields: ROUTER_FIELDS.map(([name, type, title, description, initial]) => ({
      field_name: name,
      field_type: type,
      field_value: valueOf(name),
      field_description: description,
      field_default: initial,
      options: name === 'routing_strategy' ? strategies : null,
      ui_field_name: title,
      link: null,
    })),
    routing_strategy_descriptions: ROUTING_STRATEGIES,
    routing_group_strategies: strategies,
  };
}
