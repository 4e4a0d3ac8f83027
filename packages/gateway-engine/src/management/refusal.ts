import { isObject, type JsonValue } from '@stagegate/core-transforms';
import type { StoreFailure } from '../ports/index.ts';
import { pythonText } from '../text/index.ts';

/** Refuses a management call. It is thrown, so that a running transaction is rolled back. `message` is the plain sentence without envelope. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: JsonValue;

  constructor(status: number, message: string, body: JsonValue) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
  }
}

/** The reference's types of errors. */
export type RefusalType =
  | 'internal_server_error'
  | 'bad_request'
  | 'bad_request_error'
  | 'not_found'
  | 'not_found_error'
  | 'auth_error'
  | 'no_db_connection'
  | 'team_member_already_in_team'
  | 'team_member_permission_error'
  | 'validation_error';

/** A refusal in OpenAI's envelope. */
export function refuse(status: number, message: string, type: RefusalType = 'internal_server_error', param: string | null = null): Refusal {
  return new Refusal(status, message, { error: { message, type, param, code: String(status) } });
}

/** A refusal in OpenAI's envelope whose message is a printed Python dict, `{'error': '…'}`, as the reference sends it. */
export function refuseInBraces(status: number, error: string, type?: RefusalType): Refusal {
  return new Refusal(status, error, refuse(status, `{'error': ${pythonText(error)}}`, type).body);
}

/** A refusal in FastAPI's envelope: `{"detail": …}`. */
export function refuseInDetail(status: number, detail: JsonValue): Refusal {
  const said = isObject(detail) ? (detail['error'] ?? detail) : detail;
  return new Refusal(status, typeof said === 'string' ? said : JSON.stringify(said), { detail });
}

/** An invalid member; `type` and `msg` are pydantic's. */
export interface Invalid {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** A refusal (422) that lists every invalid member. */
export function refuseInvalid(invalid: readonly Invalid[]): Refusal {
  const said = invalid.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ');
  return new Refusal(422, said, { detail: invalid.map(({ type, loc, msg }) => ({ type, loc: [...loc], msg })) });
}

/** The refusal of routes that need a database, where there is none. Source: LiteLLM 1.106.2, CommonProxyErrors.db_not_connected_error. */
export function refuseWithoutDatabase(): Refusal {
  return refuse(400, 'No connected db.', 'no_db_connection');
}

/** PostgreSQL's class of codes for insufficient resources: disk, memory or connections. */
const NO_ROOM = '53';

/** The refusal for a failed query. The database's own message goes to the log only, because it may hold values. */
export function refuseStoreFailure({ kind, code }: StoreFailure): Refusal {
  if (kind === 'refused' && code === '23505') return refuse(400, 'This exists already.', 'bad_request_error');
  if (kind === 'refused' && code === '23503') return refuse(400, 'This refers to something that does not exist.', 'bad_request_error');
  if (kind === 'refused' && code?.startsWith(NO_ROOM) === true) return refuse(503, 'The database has no room left.');
  if (kind === 'refused') return refuse(500, 'The database refused this.');
  return refuse(503, 'The database cannot be reached. Try again.', 'no_db_connection');
}
