import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import { createCipher, STORED_CONFIG_CHANNEL, tables, type Cipher, type ProxyModelRow } from '../../store/index.ts';
import { nameOf } from '../callers.ts';
import { namesVariable, NO_VARIABLES } from '../names-variable.ts';
import { ask, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces, type Refusal } from '../refusal.ts';

const FIELDS = { model_name: 'text', litellm_params: 'object', model_info: 'object' } as const;

/** POST /model/new: adds a deployment, which every instance serves once it has next read the database. */
export async function newModel(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseVariables(body);
  const {
    model_name: name,
    litellm_params: params,
    model_info: info,
  } = readFields(body, { model_name: 'text!', litellm_params: 'object!', model_info: 'object' });
  const cipher = cipherOf(parts);
  if (!isObject(params) || typeof params['model'] !== 'string')
    throw refuse(422, 'litellm_params.model is required', 'bad_request_error', 'litellm_params');
  const id = isObject(info) && typeof info['id'] === 'string' ? info['id'] : randomUUID();
  const row = await ask(parts, async (database) => {
    if ((await tables.models.find(database, { model_id: id })) !== undefined)
      throw refuseInBraces(400, `Model with id=${id} already exists`);
    return tables.models.insert(database, {
      model_id: id,
      model_name: String(name),
      litellm_params: sealAll(params, cipher),
      model_info: { ...(isObject(info) ? info : {}), id, db_model: true },
      created_by: nameOf(caller),
      updated_by: nameOf(caller),
    });
  });
  await parts.store.notify(STORED_CONFIG_CHANNEL, id);
  return shownModel(row);
}

/** POST /model/update: the deployment whose id is in `model_info`. */
export async function updateModel(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const info = call.body['model_info'];
  const id = isObject(info) ? info['id'] : undefined;
  if (typeof id !== 'string') throw refuseInBraces(400, 'model_info.id not provided');
  return changeModel(parts, call, id, refuseInBraces(400, `Model with id=${id} not found in db`));
}

/** PATCH /model/{model_id}/update */
export async function patchModel(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const id = call.places['model_id'] ?? '';
  return changeModel(parts, call, id, refuse(404, `Model ${id} not found on proxy.`, 'not_found_error'));
}

async function changeModel(parts: StoredParts, { caller, body }: ManagedCall, id: string, missing: Refusal): Promise<unknown> {
  refuseVariables(body);
  const { model_name: name, litellm_params: params, model_info: info } = readFields(body, FIELDS);
  const cipher = cipherOf(parts);
  const found = await ask(parts, (database) => tables.models.find(database, { model_id: id }));
  if (found === undefined) throw missing;
  const old = isObject(found.litellm_params) ? found.litellm_params : {};
  const [row] = await ask(parts, (database) =>
    tables.models.update(
      database,
      { model_id: id },
      {
        ...(typeof name === 'string' && { model_name: name }),
        ...(isObject(params) && { litellm_params: { ...old, ...sealAll(params, cipher) } }),
        ...(isObject(info) && { model_info: { ...(isObject(found.model_info) ? found.model_info : {}), ...info, id } }),
        updated_by: nameOf(caller),
      },
    ),
  );
  await parts.store.notify(STORED_CONFIG_CHANNEL, id);
  return shownModel(row ?? found);
}

/** POST /model/delete */
export async function deleteModel(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { id } = readFields(body, { id: 'text!' });
  cipherOf(parts);
  const [row] = await ask(parts, (database) => tables.models.remove(database, { model_id: String(id) }));
  if (row === undefined) throw refuseInBraces(400, `Model with id=${String(id)} not found in db`);
  await parts.store.notify(STORED_CONFIG_CHANNEL, row.model_id);
  return { message: `Model: ${row.model_id} deleted successfully` };
}

/** POST /model/block: the deployment is not served until it is unblocked. */
export function blockModel(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, true);
}

/** POST /model/unblock */
export function unblockModel(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  return setBlocked(parts, call, false);
}

async function setBlocked(parts: StoredParts, { caller, body }: ManagedCall, blocked: boolean): Promise<unknown> {
  const id = String(readFields(body, { model_id: 'text!' })['model_id']);
  const { config, store } = parts;
  if (!config.database.storesModels) throw refuse(400, 'Model updates only supported for DB-stored models', 'validation_error');
  const [row] = await ask(parts, (database) => tables.models.update(database, { model_id: id }, { blocked, updated_by: nameOf(caller) }));
  if (row === undefined && config.deployments.some((deployment) => deployment.id === id)) {
    throw refuse(400, 'Cannot edit config-based model. Store model in DB via /model/new first.', 'validation_error');
  }
  if (row === undefined) throw refuse(404, `Model ${id} not found on proxy.`, 'not_found_error');
  await store.notify(STORED_CONFIG_CHANNEL, id);
  return shownModel(row);
}

/** A model's row as it is shown: with the names of its settings, and their values masked. */
function shownModel(row: ProxyModelRow): object {
  const params = isObject(row.litellm_params) ? row.litellm_params : {};
  return { ...row, litellm_params: Object.fromEntries(Object.keys(params).map((name) => [name, '****'])) };
}

/** The cipher for stored settings. Throws a Refusal where stored models are not read, or there is no key to encrypt with. */
function cipherOf({ config }: StoredParts): Cipher {
  if (!config.database.storesModels) {
    throw refuseInBraces(500, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.");
  }
  const key = config.saltKey ?? config.masterKey;
  if (key === undefined) throw refuseInBraces(500, 'Secrets cannot be kept without LITELLM_SALT_KEY or a master key.');
  return createCipher(key);
}

/** Refuses references to environment variables anywhere in a body, names included: they would be resolved when the row is read. */
export function refuseVariables(body: JsonObject): void {
  if (namesVariable(body)) throw refuseInBraces(400, NO_VARIABLES);
}

/** Encrypts every text, as LiteLLM keeps settings in the database. */
export function sealAll(values: JsonObject, cipher: Cipher): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value = null]): [string, JsonValue] => [
      name,
      typeof value === 'string' ? cipher.seal(value) : value,
    ]),
  );
}
