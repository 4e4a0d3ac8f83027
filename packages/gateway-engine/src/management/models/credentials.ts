import { isObject } from '@stagegate/core-transforms';
import { withoutSecrets } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { createCipher, STORED_CONFIG_CHANNEL, tables, type CredentialRow } from '../../store/index.ts';
import { nameOf } from '../callers.ts';
import { ask, type ManagementParts, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInBraces } from '../refusal.ts';
import { refuseVariables, sealAll } from './change-models.ts';

/** POST /credentials */
export async function newCredential(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  refuseVariables(body);
  const fields = readFields(body, {
    credential_name: 'text!',
    display_name: 'text',
    credential_values: 'object!',
    credential_info: 'object',
  });
  const name = String(fields['credential_name']);
  const values = sealed(parts, fields['credential_values']);
  await ask(parts, async (database) => {
    if ((await tables.credentials.find(database, { credential_name: name })) !== undefined) {
      throw refuse(409, `Credential with name '${name}' already exists`);
    }
    await tables.credentials.insert(database, {
      credential_name: name,
      display_name: typeof fields['display_name'] === 'string' ? fields['display_name'] : null,
      credential_values: values,
      credential_info: isObject(fields['credential_info']) ? fields['credential_info'] : {},
      created_by: nameOf(caller),
      updated_by: nameOf(caller),
    });
  });
  await parts.store.notify(STORED_CONFIG_CHANNEL, name);
  return { success: true, message: 'Credential created successfully' };
}

/** GET /credentials: their names, with masked values. */
export async function listCredentials(parts: StoredParts, _call: ManagedCall): Promise<unknown> {
  const rows = await ask(parts, (database) => tables.credentials.list(database, {}, { sortBy: 'credential_name', limit: 10_000 }));
  return { success: true, credentials: rows.map(shown) };
}

/** GET /credentials/by_name/{credential_name} */
export async function showCredential(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['credential_name'] ?? '';
  const row = await ask(parts, (database) => tables.credentials.find(database, { credential_name: name }));
  if (row === undefined) throw refuse(404, `Credential not found. Got credential name: ${name}`);
  return shown(row);
}

/** GET /credentials/by_model/{model_id}: a deployment's secrets, masked, and its host. */
export async function showModelCredential({ config }: ManagementParts, { places }: ManagedCall): Promise<unknown> {
  const id = places['model_id'] ?? '';
  const deployment = config.deployments.find((row) => row.id === id);
  if (deployment === undefined) throw refuse(404, 'Model not found');
  const { apiKey, apiBase, secrets = {}, modelGroup } = deployment;
  const names = [...(apiKey === undefined ? [] : ['api_key']), ...Object.keys(secrets)];
  const values = Object.fromEntries(names.map((name) => [name, '****']));
  return {
    credential_name: `${modelGroup}-credential-${id}`,
    credential_values: { ...values, ...(apiBase !== undefined && { api_base: withoutSecrets(apiBase) }) },
    credential_info: {},
  };
}

/** PATCH /credentials/{credential_name} */
export async function updateCredential(parts: StoredParts, { caller, body, places }: ManagedCall): Promise<unknown> {
  refuseVariables(body);
  const fields = readFields(body, { display_name: 'text', credential_values: 'object', credential_info: 'object' });
  const name = places['credential_name'] ?? '';
  const found = await ask(parts, (database) => tables.credentials.find(database, { credential_name: name }));
  if (found === undefined) throw refuse(404, `Credential not found in DB. Got credential name: ${name}`);
  const old = isObject(found.credential_values) ? found.credential_values : {};
  await ask(parts, (database) =>
    tables.credentials.update(
      database,
      { credential_name: name },
      {
        ...(fields['credential_values'] !== undefined && { credential_values: { ...old, ...sealed(parts, fields['credential_values']) } }),
        ...(isObject(fields['credential_info']) && { credential_info: fields['credential_info'] }),
        ...(typeof fields['display_name'] === 'string' && { display_name: fields['display_name'] }),
        updated_by: nameOf(caller),
      },
    ),
  );
  await parts.store.notify(STORED_CONFIG_CHANNEL, name);
  return { success: true, message: 'Credential updated successfully' };
}

/** DELETE /credentials/{credential_name} */
export async function deleteCredential(parts: StoredParts, { places }: ManagedCall): Promise<unknown> {
  const name = places['credential_name'] ?? '';
  const [row] = await ask(parts, (database) => tables.credentials.remove(database, { credential_name: name }));
  if (row === undefined) throw refuse(404, `Credential not found. Got credential name: ${name}`);
  await parts.store.notify(STORED_CONFIG_CHANNEL, name);
  return { success: true, message: 'Credential deleted successfully' };
}

function sealed({ config }: StoredParts, values: unknown): ReturnType<typeof sealAll> {
  const key = config.saltKey ?? config.masterKey;
  if (key === undefined) throw refuseInBraces(500, 'Secrets cannot be kept without LITELLM_SALT_KEY or a master key.');
  return sealAll(isObject(values) ? values : {}, createCipher(key));
}

function shown({ credential_name, display_name, credential_values, credential_info }: CredentialRow): object {
  const names = isObject(credential_values) ? Object.keys(credential_values) : [];
  const values = Object.fromEntries(names.map((name) => [name, '****']));
  return { credential_name, display_name, credential_values: values, credential_info, source: 'db' };
}
