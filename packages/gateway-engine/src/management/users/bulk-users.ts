import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { UserRow } from '../../store/index.ts';
import type { StoredParts } from '../parts.ts';
import { readItems, type Fields } from '../read-fields.ts';
import { Refusal } from '../refusal.ts';
import { makeOwnKey, makeUser, NEW_FIELDS, OF_KEY } from './users.ts';

const USERS_MAX = 500;
const FIELDS: Fields = { ...NEW_FIELDS, ...Object.fromEntries(OF_KEY.map((name) => [name, 'any'])) };

/** POST /management/v1/users/bulk: creates each user on his own as /user/new does, with a key if one is wanted. out: the outcome for each. */
export async function newUsers(parts: StoredParts, call: ManagedCall): Promise<unknown> {
  const items = readItems(call.body, { name: 'users', max: USERS_MAX, fields: FIELDS });
  const named = items.map((item) => ({ ...item, user_id: typeof item['user_id'] === 'string' ? item['user_id'] : randomUUID() }));
  const data: MadeUser[] = [];
  for (const [index, item] of named.entries()) {
    const repeated = findRepeated(named.slice(0, index), item);
    data.push(repeated === undefined ? await makeOne(parts, call, item) : failed(item, repeated));
  }
  const created = data.filter(({ success }) => success).length;
  return { data, meta: { total_requested: items.length, created, failed: items.length - created } };
}

type NamedItem = JsonObject & { readonly user_id: string };

interface MadeUser {
  readonly user_id: string;
  readonly user_email: unknown;
  readonly success: boolean;
  readonly teams: readonly string[] | null;
  readonly key: string | null;
  readonly error: string | null;
}

async function makeOne(parts: StoredParts, call: ManagedCall, item: NamedItem): Promise<MadeUser> {
  const made = await attempt(() => makeUser(parts, { caller: call.caller, body: item }));
  if (typeof made === 'string') return failed(item, made);
  const key = item['auto_create_key'] === true ? await attempt(() => makeOwnKey(parts, { ...call, body: item }, made.user_id)) : {};
  return { ...shown(made), ...(typeof key === 'string' ? { error: `Failed to create key: ${key}` } : { key: keyOf(key) }) };
}

/** Runs one creation; a Refusal becomes its message, so that the others go on. */
async function attempt<T extends object>(make: () => Promise<T>): Promise<T | string> {
  try {
    return await make();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message;
    throw thrown;
  }
}

function shown({ user_id: id, user_email: email, teams }: UserRow): MadeUser {
  return { user_id: id, user_email: email, success: true, teams, key: null, error: null };
}

function keyOf(made: object): string | null {
  return isObject(made) && typeof made['key'] === 'string' ? made['key'] : null;
}

function failed({ user_id: id, user_email: email }: NamedItem, error: string): MadeUser {
  return { user_id: id, user_email: email ?? null, success: false, teams: null, key: null, error };
}

function findRepeated(earlier: readonly NamedItem[], { user_id: id, user_email: email }: NamedItem): string | undefined {
  if (earlier.some((other) => other.user_id === id)) return `Duplicate user_id in request: ${id}`;
  const address = normal(email);
  if (address === undefined || !earlier.some((other) => normal(other['user_email']) === address)) return undefined;
  return `Duplicate user_email in request: ${String(email)}`;
}

function normal(email: unknown): string | undefined {
  return typeof email === 'string' && email !== '' ? email.trim().toLowerCase() : undefined;
}
