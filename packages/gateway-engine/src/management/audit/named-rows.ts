import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { ProxyModelRow, TeamRow, UserRow, VerificationTokenRow, Where } from '../../store/index.ts';
import { toHash } from '../keys/key-access.ts';
import type { AuditRule, NamedRows } from './audit-rules.ts';

type Keys = NamedRows<VerificationTokenRow>;

/** The key that a call names, by its value, or else by its alias. */
export const namedKey: Keys = ({ body, places }) => {
  const alias = text(body['key_alias']);
  return hashed([places['key'] ?? text(body['key'])]) ?? (alias === undefined ? undefined : { key_alias: alias });
};

/** `keys`, or `key_aliases`. */
export const listedKeys: Keys = ({ body }) => {
  const aliases = texts(body['key_aliases']);
  return hashed(texts(body['keys'])) ?? (aliases.length === 0 ? undefined : { key_alias: { in: aliases } });
};

/** `keys` that are objects with a `key` each. */
export const keysOfItems: Keys = ({ body }) => hashed(objects(body['keys']).map(({ key }) => text(key)));

/** `key_ids`, else every key of the team. */
export const keysOfTeam: Keys = ({ body }) => hashed(texts(body['key_ids'])) ?? { team_id: text(body['team_id']) ?? '' };

/** Keys that belong to those whom a call names in a list. */
export const keysOf =
  (owner: 'team_id' | 'user_id', list: string): Keys =>
  ({ body }) => ({ [owner]: { in: texts(body[list]) } });

/** Keys of a team whose members leave: of one user, where the call names him by his id. */
export const keysOfMembers: Keys = ({ body, places }) => ({
  team_id: places['team_id'] ?? text(body['team_id']) ?? '',
  user_id: text(body['user_id']),
});

/** The team of a call's path or body. */
export const namedTeam: NamedRows<TeamRow> = ({ body, places }) => ({ team_id: places['team_id'] ?? text(body['team_id']) ?? '' });

/** `team_ids` */
export const listedTeams: NamedRows<TeamRow> = ({ body }) => ({ team_id: { in: texts(body['team_ids']) } });

/** The user that a call names, by id, or else by email address. */
export const namedUser: NamedRows<UserRow> = ({ body }) => toUser(body);

/** `users` that are objects, each as above. */
export const usersOfItems: NamedRows<UserRow> = ({ body }) => objects(body['users']).map(toUser);

/** `user_ids` */
export const listedUsers: NamedRows<UserRow> = ({ body }) => ({ user_id: { in: texts(body['user_ids']) } });

/** The users who are to become a team's members, as far as they exist. */
export const newMembers: NamedRows<UserRow> = ({ body }) => {
  if (body['all_users'] === true) return {};
  const { member = null, members = null } = body;
  return [...(Array.isArray(member) ? member : [member]), ...(Array.isArray(members) ? members : [])].filter(isObject).map(toUser);
};

/** The model of a call's path or body. */
export const namedModel: NamedRows<ProxyModelRow> = ({ body, places }) => {
  const { id, model_id: named, model_info: info = null } = body;
  return { model_id: places['model_id'] ?? text(named) ?? text(id) ?? (isObject(info) ? text(info['id']) : undefined) ?? '' };
};

/** The one row that an answer names. */
export const madeAs =
  (name: string): NonNullable<AuditRule['made']> =>
  (answer) =>
    texts([answer[name] ?? null]);

/** Rows that a list of an answer names, but for items that failed. */
export const madeIn =
  (name: string, listOf: (answer: JsonObject) => JsonValue | undefined): NonNullable<AuditRule['made']> =>
  (answer) =>
    texts(objects(listOf(answer)).map((item) => (item['success'] === false ? null : (item[name] ?? null))));

function toUser({ user_id: id, user_email: email }: JsonObject): Where<UserRow> {
  return typeof id === 'string' ? { user_id: id } : { user_email: text(email) ?? '' };
}

function hashed(keys: readonly (string | undefined)[]): Where<VerificationTokenRow> | undefined {
  const named = keys.filter((key) => key !== undefined);
  return named.length === 0 ? undefined : { token: { in: named.map(toHash) } };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
