import { isObject, type JsonValue } from '@stagegate/core-transforms';
import type { StoreFailure } from '../ports/index.ts';
import { pythonText } from '../text/index.ts';

/** What ends a call that manages the gateway. Thrown, so that a transaction that is under way is undone. Its message is the bare sentence. */
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

/** The reference's words for what kind of error it is. */
export type RefusalType =
  | 'internal_server_error'
  | 'bad_request'
  | 'bad_request_error'
  | 'not_found'
  | 'not_found_error'
  | 'auth_error'
  | 'no_db_connection'
  | 'team_member_already_in_team'
  | 'validation_error';

/** A refusal in OpenAI's envelope. */
export function refuse(status: number, message: string, type: RefusalType = 'internal_server_error', param: string | null = null): Refusal {
  return new Refusal(status, message, { error: { message, type, param, code: String(status) } });
}

/** The same where the reference sends the printed form of what it raised: `{'error': '…'}`. */
export function refuseInBraces(status: number, error: string, type?: RefusalType): Refusal {
  return new Refusal(status, error, refuse(status, `{'error': ${pythonText(error)}}`, type).body);
}

/** A refusal that the reference's framework words: `{"detail": …}`. */
export function refuseInDetail(status: number, detail: JsonValue): Refusal {
  const said = isObject(detail) ? (detail['error'] ?? detail) : detail;
  return new Refusal(status, typeof said === 'string' ? said : JSON.stringify(said), { detail });
}

/** A member that is not what it has to be; `type` and `msg` are pydantic's. */
export interface Invalid {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** Everything that is wrong with what was sent, at once. */
export function refuseInvalid(invalid: readonly Invalid[]): Refusal {
  const said = invalid.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ');
  return new Refusal(422, said, { detail: invalid.map(({ type, loc, msg }) => ({ type, loc: [...loc], msg })) });
}

/** What is not answered without a database. Source: LiteLLM 1.106.2, CommonProxyErrors.db_not_connected_error. */
export function refuseWithoutDatabase(): Refusal {
  return refuse(400, 'No connected db.', 'no_db_connection');
}

/** Class of PostgreSQL's codes for a full disk, and for memory or connections that are used up. */
const NO_ROOM = '53';

/** What the database did not do. Its own words are for the log: they may hold values. */
export function refuseStoreFailure({ kind, code }: StoreFailure): Refusal {
  if (kind === 'refused' && code === '23505') return refuse(400, 'This exists already.', 'bad_request_error');
  if (kind === 'refused' && code === '23503') return refuse(400, 'This refers to something that does not exist.', 'bad_request_error');
  if (kind === 'refused' && code?.startsWith(NO_ROOM) === true) return refuse(503, 'The database has no room left.');
  if (kind === 'refused') return refuse(500, 'The database refused this.');
  return refuse(503, 'The database cannot be reached. Try again.', 'no_db_connection');
}
