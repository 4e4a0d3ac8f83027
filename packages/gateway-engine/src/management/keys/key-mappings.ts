import type { JsonObject } from '@stagegate/core-transforms';
import { hashKey } from '../../auth/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { tables, type JwtKeyMappingRow } from '../../store/index.ts';
import { announceChange, nameClaim } from '../../tenants/index.ts';
import { nameOf } from '../callers.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { countPages, readPage, readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid, type Refusal } from '../refusal.ts';

const HASH = /^[0-9a-f]{64}$/u;

/** POST /jwt/key/mapping/new: a token whose claim `jwt_claim_name` is `jwt_claim_value` stands for a key from now on. */
export async function newMapping(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { ...MEMBERS, jwt_claim_name: 'text!', jwt_claim_value: 'text!' });
  const [name, value] = [String(fields['jwt_claim_name']), String(fields['jwt_claim_value'])];
  const token = readHash(fields, 'exactly');
  if (token === undefined) throw refuseInDetail(400, wordIdentifiers('exactly'));
  const issuer = textOf(fields, 'jwt_issuer');
  const row = await change(parts, async (database) => {
    if ((await tables.keys.find(database, { token })) === undefined) throw refuseUnknownKey();
    const claim = { jwt_issuer: issuer ?? '', jwt_claim_name: name, jwt_claim_value: value };
    if ((await tables.keyMappings.find(database, claim)) !== undefined) {
      throw refuseInDetail(409, `A mapping for claim '${name}' = '${value}' already exists for issuer '${issuer ?? 'None'}'.`);
    }
    const by = { created_by: nameOf(caller), updated_by: nameOf(caller) };
    return tables.keyMappings.insert(database, { ...claim, token, description: textOf(fields, 'description'), ...by });
  });
  await announceChange(parts.store, { kind: 'claim', id: nameClaim({ name, value }) });
  return shown(row);
}

/** POST /jwt/key/mapping/update */
export async function updateMapping(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { ...MEMBERS, id: 'text!', is_active: 'flag' });
  const token = readHash(fields, 'at most');
  const row = await change(parts, async (database) => {
    if ((await tables.keyMappings.find(database, { id: String(fields['id']) })) === undefined) throw refuseUnknown();
    if (token !== undefined && (await tables.keys.find(database, { token })) === undefined) throw refuseUnknownKey();
    const [updated] = await tables.keyMappings.update(
      database,
      { id: String(fields['id']) },
      {
        ...(token !== undefined && { token }),
        ...('jwt_issuer' in fields && { jwt_issuer: textOf(fields, 'jwt_issuer') ?? '' }),
        ...('description' in fields && { description: textOf(fields, 'description') }),
        ...(typeof fields['is_active'] === 'boolean' && { is_active: fields['is_active'] }),
        updated_by: nameOf(caller),
      },
    );
    if (updated === undefined) throw refuseUnknown();
    return updated;
  });
  await announceMapping(parts, row);
  return shown(row);
}

/** POST /jwt/key/mapping/delete */
export async function deleteMapping(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const { id } = readFields(body, { id: 'text!' });
  const [row] = await ask(parts, (database) => tables.keyMappings.remove(database, { id: String(id) }));
  if (row === undefined) throw refuseUnknown();
  await announceMapping(parts, row);
  return { status: 'success' };
}

/** GET /jwt/key/mapping/list: the newest first. */
export async function listMappings(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const { page, size } = readPage(query, { size: 'size', sizeDefault: 50, sizeMax: 100 });
  return ask(parts, async (database) => {
    const range = { sortBy: 'created_at', descending: true, offset: (page - 1) * size, limit: size } as const;
    const rows = await tables.keyMappings.list(database, {}, range);
    const count = await tables.keyMappings.count(database, {});
    return { mappings: rows.map(shown), total_count: count, current_page: page, total_pages: countPages(count, size) };
  });
}

/** GET /jwt/key/mapping/info */
export async function showMapping(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const id = readText(query, 'id');
  if (id === undefined) throw refuseInvalid([{ type: 'missing', loc: ['query', 'id'], msg: 'Field required' }]);
  const row = await ask(parts, (database) => tables.keyMappings.find(database, { id }));
  if (row === undefined) throw refuseUnknown();
  return shown(row);
}

const MEMBERS = { key: 'text', token: 'text', jwt_issuer: 'text', description: 'text' } as const;

/** The hash of `key`, or `token`, which has to be one; undefined: neither was sent. Throws a Refusal for both, and for a token that is no hash. */
function readHash({ key, token }: JsonObject, count: Count): string | undefined {
  if (typeof key === 'string' && typeof token === 'string') throw refuseInDetail(400, wordIdentifiers(count));
  if (typeof key === 'string') return hashKey(key);
  if (typeof token !== 'string') return undefined;
  if (HASH.test(token)) return token;
  const message = '`token` must be the SHA-256 hash of a virtual key (64 lowercase hex characters). Pass the plaintext as `key` instead.';
  throw refuseInDetail(400, message);
}

type Count = 'exactly' | 'at most';

function wordIdentifiers(count: Count): string {
  return `Provide ${count} one of \`key\` (the plaintext virtual key) or \`token\` (its SHA-256 hash).`;
}

function refuseUnknownKey(): Refusal {
  return refuseInDetail(400, 'The provided key does not match an existing virtual key.');
}

function refuseUnknown(): Refusal {
  return refuseInDetail(404, 'Mapping not found');
}

function textOf(fields: JsonObject, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

function announceMapping({ store }: StoredParts, { jwt_claim_name: name, jwt_claim_value: value }: JwtKeyMappingRow): Promise<unknown> {
  return announceChange(store, { kind: 'claim', id: nameClaim({ name, value }) });
}

/** A mapping as it is shown: without the key's hash. */
function shown({ token: _hash, jwt_issuer: issuer, ...row }: JwtKeyMappingRow): unknown {
  return { ...row, jwt_issuer: issuer === '' ? null : issuer };
}
